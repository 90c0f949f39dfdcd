"""What it costs to wait for results, counted at the engine's door."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, Hatchet, PayloadTooLarge
from tests.conformance.proxy import counted_client


class Number(BaseModel):
    number: int


@pytest.fixture
async def counted(hatchet: Hatchet) -> AsyncIterator[tuple[Hatchet, Counter[str]]]:
    """A client whose calls are counted."""
    async with counted_client(hatchet) as found:
        yield found


async def test_a_thousand_results_cost_one_subscription_and_no_poll(
    hatchet: Hatchet, worker: Any, counted: tuple[Hatchet, Counter[str]]
) -> None:
    client, calls = counted

    @hatchet.task(name="one-of-many")
    async def one_of_many(input: Number, ctx: Context) -> Number:
        return Number(number=input.number * 2)

    stub = client.stubs.task(name="one-of-many", input_validator=Number, output_validator=Number)
    with worker(one_of_many):
        await one_of_many.aio_run(Number(number=0))
        items = [stub.create_bulk_run_item(Number(number=number)) for number in range(1001)]
        results = await stub.aio_run_many(items)
        assert [each.number for each in results] == [2 * number for number in range(1001)]
        assert calls["BulkTriggerWorkflow"] == 2
        assert calls["SubscribeToWorkflowRuns"] == 1
        assert calls["GetRunDetails"] < 10  # asked every few seconds of a long wait, for one run of them all
        assert {*calls} <= {"BulkTriggerWorkflow", "SubscribeToWorkflowRuns", "GetRunDetails"}


async def test_a_result_too_large_for_the_stream_is_asked_for_once(
    hatchet: Hatchet, worker: Any, counted: tuple[Hatchet, Counter[str]], engine: str
) -> None:
    client, calls = counted

    @hatchet.task(name="large")
    def large(input: Number, ctx: Context) -> dict[str, str]:
        return {"text": "x" * input.number}

    stub = client.stubs.task(name="large", input_validator=Number, output_validator=dict[str, str])
    with worker(large):
        size = 4_000_000
        assert len((await stub.aio_run(Number(number=size)))["text"]) == size
        asked = calls.pop("GetRunDetails", 0)
        assert calls == {"TriggerWorkflow": 1, "SubscribeToWorkflowRuns": 1}
        # From which size on a stream has no results is a setting of the engine; ours has the usual one, 3 MiB.
        assert asked == 1 if engine == "embedded" else asked <= 1


async def test_many_runs_travel_in_messages_of_a_size_that_the_engine_takes(
    hatchet: Hatchet, worker: Any, counted: tuple[Hatchet, Counter[str]]
) -> None:
    client, calls = counted

    @hatchet.task(name="measured")
    async def measured(input: dict[str, str], ctx: Context) -> int:
        return len(input["text"])

    stub = client.stubs.task(name="measured", input_validator=dict[str, str], output_validator=int)
    with worker(measured):
        sizes = [1_200_000 + number for number in range(4)]
        items = [stub.create_bulk_run_item({"text": "x" * size}) for size in sizes]
        assert await stub.aio_run_many(items) == sizes
        assert calls["BulkTriggerWorkflow"] == 2
        with pytest.raises(PayloadTooLarge, match="pass large data by reference"):
            await stub.aio_run_many([stub.create_bulk_run_item({"text": "x" * 5_000_000})] * 2)
        assert calls["BulkTriggerWorkflow"] == 2

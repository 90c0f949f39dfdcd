"""The runs of a batch are one call, and yet apart: faults, logs and children."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, EmptyModel, Hatchet, RunCancelled, RunFailed

program = logging.getLogger("batches_of_somebody")


class Number(BaseModel):
    n: int


class Loose(BaseModel):
    n: Any


def test_a_member_whose_input_or_output_is_not_valid_fails_alone(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.batch_task(name="picky", batch_max_size=3, batch_max_interval=timedelta(seconds=20))
    def picky(inputs: dict[str, Number], ctx: Context) -> dict[str, int]:
        return {run_id: value.n or "no number" for run_id, value in inputs.items()}  # type: ignore[misc]  # the fault

    with worker(picky):
        stub = hatchet.stubs.task(name="picky", input_validator=Loose, output_validator=int)
        items = [stub.create_bulk_run_item(Loose(n=n)) for n in (7, "not a number", 0)]
        good, bad_input, bad_output = stub.run_many(items, return_exceptions=True)
    assert good == 7
    assert isinstance(bad_input, RunFailed)
    assert bad_input.errors[0].type == "InputError"
    assert isinstance(bad_output, RunFailed)
    assert bad_output.errors[0].type == "OutputError"


def test_outputs_for_other_runs_than_those_of_the_batch_fail_them_all(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.batch_task(name="forgetful", batch_max_size=2, batch_max_interval=timedelta(seconds=20))
    async def forgetful(inputs: dict[str, Number], ctx: Context) -> dict[str, int]:
        first, *_ = inputs
        return {first: 1, "somebody else": 2}

    with worker(forgetful):
        items = [forgetful.create_bulk_run_item(Number(n=n)) for n in range(2)]
        results = forgetful.run_many(items, return_exceptions=True)
    for result in results:
        assert isinstance(result, RunFailed)
        assert "1 of the 2 runs of the batch are missing, 1 are not of it" in result.errors[0].message


def test_a_batch_logs_into_the_log_of_each_run_and_its_children_have_no_parent(hatchet: Hatchet, worker: Any) -> None:
    children: list[str] = []

    @hatchet.task(name="child-of-batch")
    async def child(input: EmptyModel, ctx: Context) -> str:
        return str(ctx.parent_workflow_run_id)

    @hatchet.batch_task(
        name="speaks-for-all", batch_max_size=2, batch_max_interval=timedelta(seconds=20), broadcast_output=True
    )
    async def speaks(inputs: dict[str, Number], ctx: Context) -> str:
        program.warning("for %d runs", len(inputs))
        children.append(await child.aio_run())
        children.append(await (await ctx.aio_spawn(child)).aio_result())
        return "said"

    with worker(speaks, child):
        refs = speaks.run_many_no_wait([speaks.create_bulk_run_item(Number(n=n)) for n in range(2)])
        assert [ref.result() for ref in refs] == ["said", "said"]
    assert children == ["None", "None"]
    deadline = time.monotonic() + 30
    seen: list[list[str]] = []
    while seen != [["for 2 runs"]] * 2 and time.monotonic() < deadline:
        seen = [[row.message for row in hatchet.logs.list(ref.workflow_run_id).rows or []] for ref in refs]
        threading.Event().wait(0.2)
    assert seen == [["for 2 runs"]] * 2


def test_a_batch_that_raises_fails_each_run_with_its_own_id(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.batch_task(name="raises-for-all", batch_max_size=2, batch_max_interval=timedelta(seconds=20))
    def raises(inputs: dict[str, Number], ctx: Context) -> dict[str, int]:
        raise ValueError("for all")

    with worker(raises):
        refs = raises.run_many_no_wait([raises.create_bulk_run_item(Number(n=n)) for n in range(2)])
        for ref in refs:
            with pytest.raises(RunFailed) as failed:
                ref.result()
            (error,) = failed.value.errors
            assert (error.type, error.message, error.task_run_id) == ("ValueError", "for all", ref.workflow_run_id)


def test_the_context_of_a_batch_acts_on_each_of_its_runs(hatchet: Hatchet, worker: Any) -> None:
    go = threading.Event()

    @hatchet.batch_task(
        name="cancels-all", batch_max_size=2, batch_max_interval=timedelta(seconds=20), broadcast_output=True
    )
    async def cancels(inputs: dict[str, Number], ctx: Context) -> str:
        while not go.is_set():
            await asyncio.sleep(0.05)
        await ctx.aio_refresh_timeout("20s")
        await ctx.aio_put_stream("a chunk")
        await ctx.aio_cancel()
        await asyncio.sleep(30)
        return "too late"

    with worker(cancels):
        refs = cancels.run_many_no_wait([cancels.create_bulk_run_item(Number(n=n)) for n in range(2)])
        streams = [ref.subscribe_to_stream() for ref in refs]
        chunks: list[list[str]] = [[], []]
        readers = [
            threading.Thread(target=lambda number=number: chunks[number].extend(streams[number])) for number in range(2)
        ]
        for reader in readers:
            reader.start()
        time.sleep(2.5)  # a real engine begins to listen up to two seconds late
        go.set()
        for ref in refs:
            with pytest.raises(RunCancelled):
                ref.result(timeout=30)
        for reader in readers:
            reader.join(30)
    assert chunks == [["a chunk"], ["a chunk"]]

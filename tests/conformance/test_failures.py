"""What is too large, given up, or closed: one error that says so, nothing done twice, nothing left behind."""

from __future__ import annotations

import asyncio
import copy
import uuid
from datetime import timedelta
from typing import Any

import pytest

from hatchet import BulkPushEvent, Context, EmptyModel, Hatchet, NotFound, PayloadTooLarge, RunFailed
from hatchet.wire import run_calls
from hatchet.wire.values import Event
from tests.conformance.helpers import eventually

MIB = 1024 * 1024


def with_limit(hatchet: Hatchet, limit: int) -> Hatchet:
    """A second client, which sends more in a message than the engine takes."""
    config = copy.copy(hatchet.config)
    config.grpc_max_send_message_length = limit
    client = Hatchet(config)
    client.gateway.local = hatchet.gateway.local
    return client


def test_events_whose_answer_repeats_them_are_stored_once(hatchet: Hatchet) -> None:
    key = f"large-{uuid.uuid4().hex}"
    pushed = hatchet.event.bulk_push([BulkPushEvent(key=key, payload={"n": n, "x": "a" * 40_000}) for n in range(110)])
    assert len({event.event_id for event in pushed}) == 110
    stored = eventually(lambda: [*hatchet.event.iterate(keys=[key])], lambda rows: len(rows) >= 110)
    assert len(stored) == 110


async def test_a_message_that_only_the_engine_finds_too_large_is_sent_once(hatchet: Hatchet) -> None:
    client = with_limit(hatchet, 16 * MIB)
    with pytest.raises(PayloadTooLarge) as raised:
        await client.io.run(client.gateway.push_event(Event("large", b'{"x": "' + b"x" * 5 * MIB + b'"}')))
    assert not raised.value.sent
    assert not raised.value.repeatable
    await client.io.run(client.gateway.close())


def test_an_output_that_only_the_engine_finds_too_large_fails_the_run_at_once(hatchet: Hatchet) -> None:
    client = with_limit(hatchet, 16 * MIB)
    attempts: list[int] = []

    @client.task(retries=2)
    async def large(input: EmptyModel, ctx: Context) -> str:
        attempts.append(ctx.retry_count)
        return "x" * 5 * MIB

    with client.worker("large", workflows=[large]), pytest.raises(RunFailed, match="PayloadTooLarge"):
        large.run()
    assert attempts == [0]
    client.io.block(client.gateway.close())


@pytest.mark.parametrize("limit", [4 * MIB, 16 * MIB], ids=["here", "there"])
def test_one_output_of_a_batch_that_is_too_large_fails_its_own_run(hatchet: Hatchet, since: Any, limit: int) -> None:
    since("Dispatcher.SendBatchActionEvent")
    client = with_limit(hatchet, limit)

    @client.batch_task(name=f"batch-{limit}", batch_max_size=3, batch_max_interval=timedelta(seconds=5))
    async def many(inputs: dict[str, int], ctx: Context) -> dict[str, str]:
        return {key: ("x" * 5 * MIB if value == 1 else "fine") for key, value in inputs.items()}

    with client.worker("batches", workflows=[many]):
        first, second, third = many.run_many(
            [many.create_bulk_run_item(number) for number in range(3)], return_exceptions=True
        )
    assert (first, third) == ("fine", "fine")
    assert isinstance(second, RunFailed)
    assert "PayloadTooLarge" in str(second)
    client.io.block(client.gateway.close())


async def test_a_wait_for_the_next_chunk_that_is_given_up_can_be_made_again(hatchet: Hatchet, worker: Any) -> None:
    listening = asyncio.Event()

    @hatchet.task(name="slow-chunks")
    async def slow(input: EmptyModel, ctx: Context) -> str:
        await listening.wait()
        await asyncio.sleep(2)  # a real engine begins to listen up to two seconds late
        for number in range(5):
            await ctx.aio_put_stream(str(number))
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)
        return "done"

    async with worker(slow):
        ref = await slow.aio_run_no_wait()
        got: list[str] = []
        given_up = 0
        async with ref.subscribe_to_stream() as chunks:
            while True:
                try:
                    got.append(await asyncio.wait_for(anext(chunks), 0.05))
                except TimeoutError:
                    given_up += 1
                    listening.set()
                except StopAsyncIteration:
                    break
        assert got == ["0", "1", "2", "3", "4"]
        assert given_up > 5
        assert chunks.interruptions == 0
        assert await ref.aio_result() == "done"


def test_a_run_that_does_not_exist_ends_the_waits_beside_it(
    hatchet: Hatchet, worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()

    @hatchet.task(name="kept-waiting")
    async def long(input: EmptyModel, ctx: Context) -> str:
        await release.wait()
        return ""

    with worker(long, drain_timeout=0):
        refs = [long.run_no_wait() for _ in range(3)]
        for ref in refs:  # those that exist are not in doubt
            eventually(ref.status, lambda status: status.value == "RUNNING")
        before = hatchet.io.block(waits(hatchet))
        monkeypatch.setattr(run_calls, "DOUBT_AFTER", 0.2)
        with pytest.raises(NotFound):
            hatchet.runs.wait_for([*(ref.workflow_run_id for ref in refs), str(uuid.uuid4())])
        assert hatchet.io.block(waits(hatchet)) == before
        for ref in refs:
            ref.cancel()


async def waits(hatchet: Hatchet) -> int:
    return hatchet.gateway.waits

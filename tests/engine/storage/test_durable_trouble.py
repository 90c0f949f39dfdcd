"""Durable tasks on a disk that fills, and under a clock that is set."""

from __future__ import annotations

import asyncio
from pathlib import Path

import grpc
import grpc.aio

from hatchet.engine import EmbeddedEngine, MovableClock
from tests.engine.durable_peer import Stream, begun, child, event, open_stream, sleep
from tests.engine.peer import PATIENCE, connected, push
from tests.engine.storage.test_trouble import served


async def test_what_cannot_be_stored_ends_the_stream_and_has_not_happened(tmp_path: Path, clock: MovableClock) -> None:
    async with served(tmp_path, clock) as (peer, disk):
        await peer.put("c")
        async with begun(peer, "d", "c") as (worker, task):
            await task.memo(b"before", b"1")
            await worker.stream.done()
            disk.fill()
            await task.ask_to_run(child("c", {"n": 1}, index=0))
            error = await worker.stream.ended()
            assert error is not None
            assert error.code() is grpc.StatusCode.UNAVAILABLE
            assert "could not store what was asked for" in (error.details() or "")
            disk.empty()
            async with asyncio.timeout(PATIENCE):
                while True:  # streams that are opened before anything can be stored again are ended, too
                    task.stream = worker.stream = await open_stream(worker.raw)
                    await task.ask_to_run(child("c", {"n": 1}, index=0))
                    try:
                        [entry] = (await worker.stream.next("trigger_runs_ack")).trigger_runs_ack.run_entries
                    except (AssertionError, grpc.aio.AioRpcError):
                        continue
                    break
            assert entry.node_id == 2
            action = await worker.raw.next()
            assert action.workflow_run_id == entry.workflow_run_external_id
            await worker.raw.complete(action, {"c": 1})
            while (done := await worker.stream.done()).ref.node_id != 2:
                pass
            assert done.payload == b'{"c": 1}'


async def test_sleeps_last_as_long_as_they_say_when_the_clock_is_set(clock: MovableClock) -> None:
    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer, begun(peer, timeout="10h") as (worker, task):
        await task.wait(sleep("1h"))
        clock.set_by(7200)
        await peer.put("other")  # something by which the jump is noticed
        clock.advance(3590)
        await task.wait(event("go"))
        await push(peer, "go")
        assert (await worker.stream.done()).ref.node_id == 2  # on the same stream, and before the sleep
        clock.advance(10)
        assert (await worker.stream.done()).ref.node_id == 1
    await engine.stop(grace=0.1)


async def test_a_worker_that_half_closes_its_stream_gets_its_answers(clock: MovableClock) -> None:
    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer, begun(peer) as (worker, task):
        await task.ask_to_wait(sleep("1h"))
        await worker.stream.call.done_writing()
        assert (await worker.stream.next("wait_for_ack")).wait_for_ack.ref.node_id == 1
        assert await worker.stream.ended() is None
        other = Stream(peer)
        other.hang_up()
    await engine.stop(grace=0.1)


async def test_a_result_that_no_message_can_hold_is_a_failure(clock: MovableClock) -> None:
    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer:
        await peer.put("c")
        async with begun(peer, "d", "c") as (worker, task):
            await task.run(child("c", index=0))
            action = await worker.raw.next()
            await worker.raw.complete(action, '{"large": "' + "x" * (4 * 1024 * 1024 - 8192) + '"}')
            done = await worker.stream.done()
            assert done.is_failure
            assert "more than a message may hold" in done.error_message
    await engine.stop(grace=0.1)

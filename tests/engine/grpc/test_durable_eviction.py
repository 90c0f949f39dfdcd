"""Durable tasks that let go of their worker, and come back."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import grpc.aio
import pytest

from hatchet.engine import EmbeddedEngine, EngineSettings, MovableClock
from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from tests.engine.durable_peer import begun, child, data, durable, durable_worker, event, put_durable, sleep
from tests.engine.peer import Peer, RawWorker, connected, errors, outputs, push
from tests.engine.storage.test_durability import another_process


class TestEviction:
    async def test_an_evicted_task_frees_its_slot_and_comes_back_with_its_event(self, peer: Peer) -> None:
        await put_durable(peer, "d")
        worker = await durable_worker(peer, "d:d", durable=1)
        await peer.trigger("d")
        waiting = await peer.trigger("d")
        first = await worker.next()
        await first.wait(event("go"))
        await first.evict("patience is over")
        second = await worker.next()
        assert second.action.workflow_run_id == waiting
        await worker.complete(second)
        await push(peer, "go", {"n": 1})
        again = await worker.next()
        assert (again.task_id, again.count, again.action.retry_count) == (first.task_id, 2, 0)
        ref = await again.wait(event("go"))
        assert ref.invocation_count == 2
        assert data(await worker.stream.done()) == {"go": [{"n": 1}]}

    async def test_an_evicted_task_does_not_time_out(self, peer: Peer, clock: MovableClock) -> None:
        async with begun(peer, timeout="60s") as (worker, task):
            await task.wait(sleep("1h"))
            await task.evict()
            clock.advance(3590)
            clock.advance(10)
            again = await worker.next()
            clock.advance(59)  # its time counts anew
            await again.wait(sleep("1h"))
            await worker.stream.done()
            clock.advance(1)
            cancelled = await worker.raw.next()
            assert cancelled.action_type == dispatcher_pb2.CANCEL_STEP_RUN

    async def test_a_completion_that_crosses_the_wish_to_leave_is_not_lost(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            await task.wait(event("go"))
            await push(peer, "go")
            # The worker has not read this yet when it lets go.
            await worker.stream.done()
            await task.evict()
            again = await worker.next()
            assert again.count == 2
            await again.wait(event("go"))
            await worker.stream.done()
            await again.wait(event("later"))
            await worker.stream.status((again, 2), received={again: 1})
            await again.evict()
            await peer.dispatcher.restore_evicted_task(
                dispatcher_pb2.RestoreEvictedTaskRequest(task_run_external_id=task.task_id), metadata=peer.metadata
            )
            assert (await worker.next()).count == 3  # by the wish to restore it, and not before

    async def test_a_completion_that_was_seen_does_not_bring_a_task_back(
        self, peer: Peer, engine: EmbeddedEngine, clock: MovableClock
    ) -> None:
        async with begun(peer) as (worker, task):
            await task.memo(b"k", b"1")
            await worker.stream.done()
            await task.wait(event("go"))
            clock.advance(3)
            await task.evict()
            await push(peer, "other")
            details = await peer.details(task.task_id)
            assert details.is_evicted
            await push(peer, "go")
            assert (await worker.next()).count == 2

    async def test_a_cancelled_task_does_not_come_back(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            await task.wait(event("go"))
            await task.evict()
            await peer.cancel(task.task_id)
            assert errors(await peer.result(task.task_id)) == {"d": ""}
            await push(peer, "go")
            later = await peer.trigger("d")
            assert (await worker.next()).action.workflow_run_id == later

    async def test_a_place_in_a_concurrency_group_is_kept(self, peer: Peer) -> None:
        rule = admin_pb2.Concurrency(
            expression="'all'", max_runs=1, limit_strategy=admin_pb2.ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN
        )
        await put_durable(peer, "d")
        await peer.put("d", durable("d", workflow="d"), concurrency_arr=[rule])
        worker = await durable_worker(peer, "d:d")
        await peer.trigger("d")
        first = await worker.next()
        other = await peer.trigger("d")
        await first.wait(event("go"))
        await first.evict()
        await push(peer, "go")
        again = await worker.next()
        assert (again.task_id, again.count) == (first.task_id, 2)
        await worker.complete(again)
        assert (await worker.next()).action.workflow_run_id == other

    async def test_a_restored_task_goes_before_all_others_and_waits_as_long_as_any(
        self, peer: Peer, clock: MovableClock
    ) -> None:
        await put_durable(peer, "d", schedule_timeout="60s")
        worker = await durable_worker(peer, "d:d", durable=1)
        first_run = await peer.trigger("d")
        first = await worker.next()
        await first.wait(sleep("30s"))
        await first.evict()
        second_run = await peer.trigger("d", priority=3)
        second = await worker.next()
        waiting = await peer.trigger("d", priority=3)
        clock.advance(30)  # the sleep is over, and the slot is taken
        await worker.complete(second)
        again = await worker.next()
        assert again.action.workflow_run_id == first_run
        await again.wait(sleep("30s"))
        await worker.stream.done()
        await again.wait(sleep("30s"))
        await worker.stream.status((again, 2), received={again: 1})
        await again.evict()
        third = await worker.next()
        assert third.action.workflow_run_id == waiting
        clock.advance(30)
        clock.advance(60)  # nobody takes it in time
        assert errors(await peer.result(first_run)) == {"d": ""}
        assert outputs(await peer.result(second_run)) == {"d": None}

    async def test_a_refreshed_timeout_and_a_released_slot_are_for_tasks_on_workers(self, peer: Peer) -> None:
        async with begun(peer) as (_, task):
            await task.wait(event("go"))
            await task.evict()
            refresh = dispatcher_pb2.RefreshTimeoutRequest(task_run_external_id=task.task_id, increment_timeout_by="5s")
            with pytest.raises(grpc.aio.AioRpcError, match="not found"):
                await peer.dispatcher.refresh_timeout(refresh, metadata=peer.metadata)

    async def test_an_evicted_task_that_is_asked_for_more_is_over(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            await task.wait(event("go"))
            await task.evict()
            await task.ask_to_wait(event("more"))
            assert "has been evicted" in (await worker.stream.next("server_evict")).server_evict.reason
            await task.evict()  # once more is as good as once


async def beat(worker: RawWorker) -> None:
    """Say again and again that a worker is alive, for as long as the real clock of another process takes."""
    while True:
        await worker.heartbeat()
        await asyncio.sleep(0.5)


class TestKilledEngines:
    async def test_evicted_and_waiting_tasks_survive_the_kill_of_their_engine(self, tmp_path: Path) -> None:
        async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
            await put_durable(peer, "d")
            await peer.put("c")
            worker = await durable_worker(peer, "d:d")
            for _ in range(3):
                await peer.trigger("d")
            sleeping, listening, parent = [await worker.next() for _ in range(3)]
            await sleeping.wait(sleep("3s"))
            await listening.wait(event("go"))
            [entry] = await parent.run(child("c", index=0))
            for invocation in (sleeping, listening, parent):
                await invocation.evict()
        async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
            worker = await durable_worker(peer, "d:d", "c:c")
            beating = asyncio.create_task(beat(worker.raw))
            action = await worker.raw.next()
            if action.task_name == "d":
                seen = {action.task_run_external_id: action.durable_task_invocation_count}
                action = await worker.raw.next()
            else:
                seen = {}
            assert action.workflow_run_id == entry.workflow_run_external_id
            await worker.raw.complete(action, {"c": 1})
            await push(peer, "go")
            while len(seen) < 3:
                again = await worker.next()
                seen[again.task_id] = again.count
            assert seen == {each.task_id: 2 for each in (sleeping, listening, parent)}
            beating.cancel()

    async def test_the_log_goes_with_its_run(self, tmp_path: Path) -> None:
        clock = MovableClock()
        engine = EmbeddedEngine(tmp_path, clock=clock, settings=EngineSettings(retained_for=3600))
        async with connected(await engine.start()) as peer, begun(peer) as (worker, task):
            await task.memo(b"k", b"1")
            await worker.stream.done()
            await task.wait(event("never"))
            await worker.complete(task)
            clock.advance(7200)
            await peer.trigger("d")
            await worker.next()
        await engine.stop(grace=0.1)
        db = sqlite3.connect(tmp_path / "engine.db")
        left = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("event_logs", "log_entries")]
        db.close()
        assert left == [0, 0]

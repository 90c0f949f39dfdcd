"""Durable tasks that let go of their worker, and come back."""

from __future__ import annotations

from hatchet.engine import EmbeddedEngine, MovableClock
from hatchet_api.grpc import dispatcher_pb2
from tests.engine.durable_peer import begun, data, durable_worker, event, put_durable, sleep
from tests.engine.peer import Peer, push


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

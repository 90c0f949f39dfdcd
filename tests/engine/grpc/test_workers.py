"""Workers over the wire: streams, heartbeats, pauses, losses, labels, stickiness."""

from __future__ import annotations

import uuid

import grpc.aio
import pytest

from hatchet.engine import EmbeddedEngine, EngineSettings, MovableClock
from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared import trigger_pb2
from tests.engine.peer import Peer, connected, errors, outputs, read_by_hand, task


async def test_a_worker_without_a_heartbeat_gets_nothing(peer: Peer) -> None:
    await peer.put("mute")
    answer = await peer.dispatcher.register(
        dispatcher_pb2.WorkerRegisterRequest(worker_name="mute", actions=["mute:mute"]), metadata=peer.metadata
    )
    stream = read_by_hand(
        peer.dispatcher.listen_v2(
            dispatcher_pb2.WorkerListenRequest(worker_id=answer.worker_id), metadata=peer.metadata
        )
    )
    run_id = await peer.trigger("mute")
    assert (await peer.details(run_id)).status == admin_pb2.QUEUED
    await peer.dispatcher.heartbeat(dispatcher_pb2.HeartbeatRequest(worker_id=answer.worker_id), metadata=peer.metadata)
    message = await stream.read()
    assert isinstance(message, dispatcher_pb2.AssignedAction)
    assert message.workflow_run_id == run_id
    stream.cancel()


async def test_a_silent_worker_gets_nothing_more_and_loses_its_tasks_after_thirty_seconds(
    peer: Peer, clock: MovableClock
) -> None:
    await peer.put("lost")
    silent = await peer.worker("lost:lost")
    run_id = await peer.trigger("lost")
    first = await silent.next()
    clock.advance(6, silence=True)
    await peer.trigger("lost")
    await silent.nothing()
    other = await peer.worker("lost:lost", slots={"default": 2})
    await other.next()
    clock.advance(20, silence=True)
    await other.heartbeat()
    clock.advance(3, silence=True)
    await other.heartbeat()
    clock.advance(4.9, silence=True)
    second = await other.next()
    assert (second.workflow_run_id, second.retry_count) == (run_id, 1)
    await silent.complete(first, {"late": True})
    await other.complete(second, {"by": "other"})
    assert outputs(await peer.result(run_id)) == {"lost": {"by": "other"}}


async def test_a_task_that_keeps_losing_its_worker_fails_in_the_end(clock: MovableClock) -> None:
    engine = EmbeddedEngine(clock=clock, settings=EngineSettings(max_internal_retries=2))
    async with connected(await engine.start()) as peer:
        await peer.put("cursed")
        run_id = await peer.trigger("cursed")
        for attempt in range(3):
            worker = await peer.worker("cursed:cursed")
            assert (await worker.next()).retry_count == attempt
            worker.hang_up()
            clock.advance(31, silence=True)
        assert errors(await peer.result(run_id)) == {"cursed": "Task reached its maximum reassignment count"}
    await engine.stop(grace=0.1)


async def test_a_worker_that_comes_back_keeps_its_tasks(peer: Peer, clock: MovableClock) -> None:
    await peer.put("back")
    worker = await peer.worker("back:back")
    run_id = await peer.trigger("back")
    action = await worker.next()
    worker.hang_up()
    clock.advance(10, silence=True)
    await worker.listen()
    clock.advance(25, silence=True)
    assert (await peer.details(run_id)).status == admin_pb2.RUNNING
    await worker.complete(action, {"ok": 1})
    assert outputs(await peer.result(run_id)) == {"back": {"ok": 1}}


async def test_an_old_stream_that_ends_late_does_not_deactivate_the_new_one(peer: Peer) -> None:
    await peer.put("twice")
    worker = await peer.worker("twice:twice")
    old = worker._stream
    await worker.listen()
    assert old is not None
    old.cancel()
    run_id = await peer.trigger("twice")
    assert (await worker.next()).workflow_run_id == run_id
    await worker.heartbeat()


async def test_a_heartbeat_without_a_stream_is_refused_once_there_was_one(peer: Peer) -> None:
    worker = await peer.worker("solo:solo")
    await peer.dispatcher.unsubscribe(
        dispatcher_pb2.WorkerUnsubscribeRequest(worker_id=worker.id), metadata=peer.metadata
    )
    assert worker._stream is not None
    assert await worker._stream.read() is grpc.aio.EOF
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await worker.heartbeat()
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert caught.value.details() == f"Heartbeat rejected: worker stream is not active: {worker.id}"


async def test_unknown_and_malformed_worker_ids_are_told_apart(peer: Peer) -> None:
    unknown = str(uuid.uuid4())
    for worker_id, code in ((unknown, grpc.StatusCode.NOT_FOUND), ("w1", grpc.StatusCode.INVALID_ARGUMENT)):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await peer.dispatcher.heartbeat(
                dispatcher_pb2.HeartbeatRequest(worker_id=worker_id), metadata=peer.metadata
            )
        assert caught.value.code() is code
        stream = read_by_hand(
            peer.dispatcher.listen_v2(dispatcher_pb2.WorkerListenRequest(worker_id=worker_id), metadata=peer.metadata)
        )
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stream.read()
        assert caught.value.code() is code


async def test_registering_with_both_kinds_of_slots_is_refused(peer: Peer) -> None:
    request = dispatcher_pb2.WorkerRegisterRequest(worker_name="both", slots=5, slot_config={"default": 5})
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.dispatcher.register(request, metadata=peer.metadata)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_all_slots_of_a_task_come_from_one_worker(peer: Peer) -> None:
    await peer.put("heavy", task("heavy", workflow="heavy", slot_requests={"default": 3}))
    small = await peer.worker("heavy:heavy", slots={"default": 2})
    run_id = await peer.trigger("heavy")
    assert (await peer.details(run_id)).status == admin_pb2.QUEUED
    large = await peer.worker("heavy:heavy", slots={"default": 3})
    assert (await large.next()).workflow_run_id == run_id
    await small.nothing()


async def test_durable_tasks_use_slots_of_their_own_and_count_invocations(peer: Peer) -> None:
    await peer.put("lasting", task("lasting", workflow="lasting", is_durable=True, retries=1))
    worker = await peer.worker("lasting:lasting", slots={"default": 1, "durable": 1})
    await peer.trigger("lasting")
    first = await worker.next()
    assert first.durable_task_invocation_count == 1
    await worker.fail(first)
    assert (await worker.next()).durable_task_invocation_count == 2


async def test_equal_workers_take_turns(peer: Peer) -> None:
    await peer.put("turns")
    workers = [await peer.worker("turns:turns") for _ in range(3)]
    for run_id in await peer.trigger_many("turns", 3):
        assert (await peer.details(run_id)).status == admin_pb2.RUNNING
    names = [(await worker.next()).workflow_run_id for worker in workers]
    assert len(set(names)) == 3


async def test_required_labels_exclude_and_optional_ones_prefer(peer: Peer) -> None:
    required = trigger_pb2.DesiredWorkerLabels(str_value="eu", required=True)
    preferred = trigger_pb2.DesiredWorkerLabels(int_value=8, comparator=trigger_pb2.GREATER_THAN_OR_EQUAL)
    definition = task("labels", workflow="labels")
    definition.worker_labels["region"].CopyFrom(required)
    definition.worker_labels["memory"].CopyFrom(preferred)
    await peer.put("labels", definition)
    await peer.worker("labels:labels", labels={"region": "us", "memory": 64})
    small = await peer.worker("labels:labels", labels={"region": "eu", "memory": 4}, slots={"default": 1})
    large = await peer.worker("labels:labels", labels={"region": "eu", "memory": 16}, slots={"default": 1})
    first, second, third = await peer.trigger_many("labels", 3)
    assert (await large.next()).workflow_run_id == first
    assert (await small.next()).workflow_run_id == second
    assert (await peer.details(third)).status == admin_pb2.QUEUED
    await peer.dispatcher.upsert_worker_labels(
        dispatcher_pb2.UpsertWorkerLabelsRequest(
            worker_id=small.id, labels={"region": dispatcher_pb2.WorkerLabels(str_value="us")}
        ),
        metadata=peer.metadata,
    )


async def test_a_hard_sticky_run_waits_for_the_worker_it_names(peer: Peer) -> None:
    await peer.put("sticky", sticky=admin_pb2.HARD)
    mine = await peer.worker("sticky:sticky", slots={"default": 1})
    await peer.worker("sticky:sticky")
    first = await peer.trigger("sticky", desired_worker_id=mine.id)
    second = await peer.trigger("sticky", desired_worker_id=mine.id)
    action = await mine.next()
    assert action.workflow_run_id == first
    assert (await peer.details(second)).status == admin_pb2.QUEUED
    await mine.complete(action)
    assert (await mine.next()).workflow_run_id == second


async def test_a_worker_whose_stream_breaks_before_delivery_hands_the_task_on(peer: Peer) -> None:
    await peer.put("handed")
    leaving = await peer.worker("handed:handed")
    await peer.dispatcher.unsubscribe(
        dispatcher_pb2.WorkerUnsubscribeRequest(worker_id=leaving.id), metadata=peer.metadata
    )
    run_id = await peer.trigger("handed")
    staying = await peer.worker("handed:handed")
    assert (await staying.next()).workflow_run_id == run_id

"""Pushed events, logs, stream chunks and event subscriptions over the wire."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import TYPE_CHECKING, Any

import grpc.aio
import pytest

from hatchet.engine import MovableClock
from hatchet_api.grpc import dispatcher_pb2, events_pb2
from hatchet_api.rest import models
from tests.engine.peer import PATIENCE, Peer, payload, read_by_hand, task
from tests.engine.rest_peer import Rest

STREAM = dispatcher_pb2.RESOURCE_EVENT_TYPE_STREAM

if TYPE_CHECKING:
    Subscription = grpc.aio.UnaryStreamCall[Any, dispatcher_pb2.WorkflowEvent]


async def follow(peer: Peer, run_id: str) -> Subscription:
    """Subscribe to the events of a run; connected when this returns."""
    stream = read_by_hand(
        peer.dispatcher.subscribe_to_workflow_events(
            dispatcher_pb2.SubscribeToWorkflowEventsRequest(workflow_run_id=run_id), metadata=peer.metadata
        )
    )
    await stream.wait_for_connection()
    return stream


async def upcoming(stream: Subscription) -> dispatcher_pb2.WorkflowEvent:
    """The next message of an event subscription."""
    async with asyncio.timeout(PATIENCE):
        message = await stream.read()
    assert isinstance(message, dispatcher_pb2.WorkflowEvent), message
    return message


async def push(peer: Peer, key: str, body: object, **fields: object) -> events_pb2.Event:
    """Push an event."""
    request = events_pb2.PushEventRequest(key=key, payload=json.dumps(body))
    for name, value in fields.items():
        setattr(request, name, value)
    return await peer.events.push(request, metadata=peer.metadata)


async def chunk(peer: Peer, run_id: str, text: str, index: int) -> None:
    """Send one chunk of a task's stream."""
    request = events_pb2.PutStreamEventRequest(task_run_external_id=run_id, message=text.encode(), event_index=index)
    await peer.events.put_stream_event(request, metadata=peer.metadata)


async def test_an_event_starts_the_workflows_that_listen_for_its_key(peer: Peer) -> None:
    await peer.put("exact", event_triggers=["order:paid"])
    await peer.put("glob", event_triggers=["order:*"])
    await peer.put("other", event_triggers=["order_paid"])
    worker = await peer.worker("exact:exact", "glob:glob", "other:other")
    event = await push(peer, "order:paid", {"id": 7}, additional_metadata='{"a": "b", "hatchet__x": 1}', priority=3)
    actions = [await worker.next(), await worker.next()]
    assert {action.task_name for action in actions} == {"exact", "glob"}
    for action in actions:
        metadata = json.loads(action.additional_metadata)
        assert payload(action)["input"] == {"id": 7}
        assert (action.triggering_event_external_id, action.triggering_event_key) == (event.event_id, "order:paid")
        assert (metadata["a"], metadata["hatchet__event_id"]) == ("b", event.event_id)
        assert "hatchet__x" not in metadata
        assert action.priority == 3
    await worker.nothing()


async def test_bulk_events_have_bounds(peer: Peer) -> None:
    for events in ([], [events_pb2.PushEventRequest(key="k")] * 1001, [events_pb2.PushEventRequest(payload="{}")]):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await peer.events.bulk_push(events_pb2.BulkPushEventRequest(events=events), metadata=peer.metadata)
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    good = events_pb2.BulkPushEventRequest(events=[events_pb2.PushEventRequest(key=key) for key in "abc"])
    answer = await peer.events.bulk_push(good, metadata=peer.metadata)
    assert [event.key for event in answer.events] == ["a", "b", "c"]


async def test_a_log_line_must_fit_and_belong_to_a_task(peer: Peer) -> None:
    await peer.put("logs")
    run_id = await peer.trigger("logs")
    for fields, code in (
        ({"message": "x" * 10_001}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"message": ""}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"message": "x", "level": "LOUD"}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"message": "x", "metadata": "[]"}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"message": "x", "task_run_external_id": str(uuid.uuid4())}, grpc.StatusCode.NOT_FOUND),
    ):
        request = events_pb2.PutLogRequest(task_run_external_id=run_id)
        for name, value in fields.items():
            setattr(request, name, value)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await peer.events.put_log(request, metadata=peer.metadata)
        assert caught.value.code() is code


@pytest.mark.parametrize(("said", "kept"), [(None, 1), (0, 0), (1, 1)])
async def test_a_log_line_is_of_the_attempt_that_it_names_or_of_the_latest(
    peer: Peer, said: int | None, kept: int
) -> None:
    await peer.put("logs", task("logs", workflow="logs", retries=1))
    worker = await peer.worker("logs:logs")
    run_id = await peer.trigger("logs")
    await worker.fail(await worker.next())
    await worker.next()
    line = events_pb2.PutLogRequest(task_run_external_id=run_id, message="a line", task_retry_count=said)
    await peer.events.put_log(line, metadata=peer.metadata)
    rest = Rest(peer)
    lines = await rest.get(models.V1LogLineList, f"/api/v1/stable/tasks/{run_id}/logs")
    assert [(each.message, each.retry_count) for each in lines.rows or []] == [("a line", kept)]
    await rest.http.aclose()


async def test_a_subscriber_hears_how_a_run_goes_until_it_hangs_up(peer: Peer, clock: MovableClock) -> None:
    await peer.put("told", task("told", workflow="told", retries=1))
    began = clock.now()
    run_id = await peer.trigger("told")
    stream = await follow(peer, run_id)
    worker = await peer.worker("told:told")
    await worker.fail(await worker.next(), "once")
    failed = await upcoming(stream)
    assert (failed.event_type, failed.event_payload, failed.retry_count, failed.task_retries) == (
        dispatcher_pb2.RESOURCE_EVENT_TYPE_FAILED,
        "once",
        0,
        1,
    )
    second = await worker.next()
    for index in (1, 0, 2):
        await chunk(peer, run_id, f"part {index}", index)
    await worker.complete(second, {"ok": 1})
    chunks = [await upcoming(stream) for _ in range(3)]
    assert [(each.event_payload, each.event_index) for each in chunks] == [("part 0", 0), ("part 1", 1), ("part 2", 2)]
    assert {each.event_type for each in chunks} == {dispatcher_pb2.RESOURCE_EVENT_TYPE_STREAM}
    done = await upcoming(stream)
    assert (done.event_type, json.loads(done.event_payload)) == (
        dispatcher_pb2.RESOURCE_EVENT_TYPE_COMPLETED,
        {"ok": 1},
    )
    last = await upcoming(stream)
    told = [each.event_timestamp.ToMicroseconds() / 1e6 for each in (*chunks, done, last)]
    assert began - 1e-3 <= min(told) <= max(told) <= clock.now(), "in milliseconds"
    assert (last.resource_type, last.event_type, last.hangup) == (
        dispatcher_pb2.RESOURCE_TYPE_WORKFLOW_RUN,
        dispatcher_pb2.RESOURCE_EVENT_TYPE_COMPLETED,
        True,
    )
    assert await stream.read() is grpc.aio.EOF


async def test_chunks_behind_a_gap_come_when_the_task_ends(peer: Peer) -> None:
    await peer.put("gap")
    worker = await peer.worker("gap:gap")
    run_id = await peer.trigger("gap")
    stream = await follow(peer, run_id)
    action = await worker.next()
    await chunk(peer, run_id, "two", 2)
    await chunk(peer, run_id, "one", 1)
    await worker.complete(action)
    assert [(await upcoming(stream)).event_payload for _ in range(2)] == ["one", "two"]
    stream.cancel()


async def test_chunks_behind_a_gap_come_when_it_was_waited_for_long_enough(peer: Peer, clock: MovableClock) -> None:
    await peer.put("patient")
    worker = await peer.worker("patient:patient")
    run_id = await peer.trigger("patient")
    stream = await follow(peer, run_id)
    await worker.next()
    await chunk(peer, run_id, "two", 2)
    clock.advance(3)
    await chunk(peer, run_id, "zero", 0)
    assert (await upcoming(stream)).event_payload == "zero"
    clock.advance(3)
    assert (await upcoming(stream)).event_payload == "two"
    await chunk(peer, run_id, "three", 3)
    assert (await upcoming(stream)).event_payload == "three"
    stream.cancel()


async def test_a_subscription_by_metadata_follows_every_run_that_has_the_pair(peer: Peer) -> None:
    await peer.put("paired")
    worker = await peer.worker("paired:paired")
    stream = read_by_hand(
        peer.dispatcher.subscribe_to_workflow_events(
            dispatcher_pb2.SubscribeToWorkflowEventsRequest(additional_meta_key="user", additional_meta_value="ada"),
            metadata=peer.metadata,
        )
    )
    await stream.wait_for_connection()
    await peer.trigger("paired", additional_metadata='{"user": "bob"}')
    await worker.complete(await worker.next())
    for _ in range(2):
        run_id = await peer.trigger("paired", additional_metadata='{"user": "ada"}')
        await worker.complete(await worker.next())
        kinds = [await upcoming(stream) for _ in range(3)]
        assert {each.workflow_run_id for each in kinds} == {run_id}
        assert [each.hangup for each in kinds] == [False, False, True]
    stream.cancel()


async def test_a_subscription_to_a_finished_run_ends_at_once(peer: Peer) -> None:
    await peer.put("over")
    worker = await peer.worker("over:over")
    run_id = await peer.trigger("over")
    await worker.complete(await worker.next())
    await peer.result(run_id)
    stream = read_by_hand(
        peer.dispatcher.subscribe_to_workflow_events(
            dispatcher_pb2.SubscribeToWorkflowEventsRequest(workflow_run_id=run_id), metadata=peer.metadata
        )
    )
    assert await stream.read() is grpc.aio.EOF


async def test_a_subscription_to_nothing_is_refused(peer: Peer) -> None:
    stream = read_by_hand(
        peer.dispatcher.subscribe_to_workflow_events(
            dispatcher_pb2.SubscribeToWorkflowEventsRequest(), metadata=peer.metadata
        )
    )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stream.read()
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_chunks_that_arrive_after_their_task_has_ended_are_passed_on(peer: Peer) -> None:
    await peer.put("late", task("a", workflow="late"), task("b", workflow="late", parents=["a"]))
    worker = await peer.worker("late:a", "late:b")
    run_id = await peer.trigger("late")
    stream = await follow(peer, run_id)
    first = await worker.next()
    await chunk(peer, first.task_run_external_id, "one", 0)
    await worker.complete(first, {})
    second = await worker.next()
    await chunk(peer, first.task_run_external_id, "late", 1)
    await chunk(peer, second.task_run_external_id, "behind a gap", 3)
    await worker.complete(second, {})
    async with asyncio.timeout(2):
        told = [event.event_payload async for event in stream if event.event_type == STREAM]
    assert told == ["one", "late", "behind a gap"]

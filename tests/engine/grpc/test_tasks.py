"""The life of a task over the wire."""

from __future__ import annotations

import json

import grpc.aio
import pytest

from hatchet.engine import MovableClock
from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from tests.engine.peer import Peer, converse, errors, outputs, payload, task


async def test_a_task_goes_to_its_worker_and_its_output_to_the_subscriber(peer: Peer) -> None:
    version = await peer.put("greet")
    worker = await peer.worker("greet:greet")
    run_id = await peer.trigger("greet", {"name": "Ada"}, additional_metadata='{"a": "b"}', priority=2)
    action = await worker.next()
    assert action.workflow_run_id == action.task_run_external_id == action.job_run_id == run_id
    assert action.action_type == dispatcher_pb2.START_STEP_RUN
    assert (action.action_id, action.task_name, action.job_name) == ("greet:greet", "greet", "greet")
    assert action.job_id == action.task_id != ""
    assert (action.retry_count, action.priority) == (0, 2)
    assert (action.workflow_id, action.workflow_version_id) == (version.workflow_id, version.id)
    assert json.loads(action.additional_metadata)["a"] == "b"
    assert payload(action) == {
        "input": {"name": "Ada"},
        "triggered_by": "manual",
        "parents": {},
        "triggers": {"filter_payload": None},
        "user_data": None,
        "overrides": None,
    }
    await worker.started(action)
    await worker.complete(action, {"hello": "Ada"})
    result = await peer.result(run_id)
    assert outputs(result) == {"greet": {"hello": "Ada"}}
    assert [r.task_run_external_id for r in result.results] == [run_id]
    details = await peer.details(run_id)
    assert (details.status, details.done) == (admin_pb2.COMPLETED, True)
    assert json.loads(details.input) == {"name": "Ada"}
    assert json.loads(details.task_runs["greet"].output) == {"hello": "Ada"}


async def test_a_subscription_made_before_the_end_is_answered(peer: Peer) -> None:
    await peer.put("early")
    worker = await peer.worker("early:early")
    run_id = await peer.trigger("early")
    stream = converse(peer.dispatcher.subscribe_to_workflow_runs, peer.metadata)
    await stream.write(dispatcher_pb2.SubscribeToWorkflowRunsRequest(workflow_run_id="no uuid"))
    await stream.write(dispatcher_pb2.SubscribeToWorkflowRunsRequest(workflow_run_id=run_id))
    await stream.done_writing()
    await worker.complete(await worker.next(), 7)
    message = await stream.read()
    assert isinstance(message, dispatcher_pb2.WorkflowRunEvent)
    assert outputs(message) == {"early": 7}
    stream.cancel()


async def test_a_failed_task_is_retried_and_counts_its_attempts(peer: Peer) -> None:
    await peer.put("flaky", task("flaky", workflow="flaky", retries=1))
    worker = await peer.worker("flaky:flaky")
    run_id = await peer.trigger("flaky")
    first = await worker.next()
    await worker.fail(first, "first")
    second = await worker.next()
    assert (second.task_run_external_id, second.retry_count) == (run_id, 1)
    await worker.fail(second, "second")
    assert errors(await peer.result(run_id)) == {"flaky": "second"}
    assert (await peer.details(run_id)).status == admin_pb2.FAILED


async def test_a_failure_marked_as_final_is_not_retried(peer: Peer) -> None:
    await peer.put("final", task("final", workflow="final", retries=5))
    worker = await peer.worker("final:final")
    run_id = await peer.trigger("final")
    await worker.fail(await worker.next(), "never again", final=True)
    assert errors(await peer.result(run_id)) == {"final": "never again"}


async def test_backoff_holds_a_retry_back_until_its_time(peer: Peer, clock: MovableClock) -> None:
    await peer.put("patient", task("patient", workflow="patient", retries=2, backoff_factor=3.0))
    worker = await peer.worker("patient:patient")
    run_id = await peer.trigger("patient")
    await worker.fail(await worker.next())
    assert (await peer.details(run_id)).status == admin_pb2.QUEUED
    clock.advance(2)
    await worker.nothing()
    await worker.listen()
    clock.advance(1.5)
    second = await worker.next()
    assert second.retry_count == 1
    await worker.fail(second)
    clock.advance(9)
    assert (await worker.next()).retry_count == 2


@pytest.mark.skipif(
    "retry_after_ms" not in dispatcher_pb2.StepActionEvent.DESCRIPTOR.fields_by_name,
    reason="the contracts that hatchet_api was generated from are older than retry-after",
)
async def test_retry_after_stands_in_for_backoff(peer: Peer, clock: MovableClock) -> None:
    await peer.put("later", task("later", workflow="later", retries=2, backoff_factor=1000.0))
    worker = await peer.worker("later:later")
    await peer.trigger("later")
    await worker.fail(await worker.next(), retry_after_ms=0)
    second = await worker.next()
    await worker.fail(second, retry_after_ms=60_000)
    clock.advance(61)
    assert (await worker.next()).retry_count == 2


async def test_an_execution_timeout_fails_the_attempt_tells_the_worker_and_retries(
    peer: Peer, clock: MovableClock
) -> None:
    await peer.put("slow", task("slow", workflow="slow", timeout="90s", retries=1))
    worker = await peer.worker("slow:slow")
    run_id = await peer.trigger("slow")
    first = await worker.next()
    clock.advance(91)
    stop = await worker.next()
    assert stop.action_type == dispatcher_pb2.CANCEL_STEP_RUN
    assert (stop.task_run_external_id, stop.retry_count, stop.action_payload) == (run_id, 0, "")
    second = await worker.next()
    assert (second.action_type, second.retry_count) == (dispatcher_pb2.START_STEP_RUN, 1)
    await worker.complete(first, "too late")
    clock.advance(91)
    assert (await worker.next()).action_type == dispatcher_pb2.CANCEL_STEP_RUN
    assert errors(await peer.result(run_id)) == {"slow": "Task exceeded timeout of 90s"}


async def test_a_refreshed_timeout_moves_the_deadline(peer: Peer, clock: MovableClock) -> None:
    await peer.put("refreshed", task("refreshed", workflow="refreshed", timeout="10s"))
    worker = await peer.worker("refreshed:refreshed")
    run_id = await peer.trigger("refreshed")
    action = await worker.next()
    answer = await peer.dispatcher.refresh_timeout(
        dispatcher_pb2.RefreshTimeoutRequest(task_run_external_id=run_id, increment_timeout_by="1h"),
        metadata=peer.metadata,
    )
    assert answer.timeout_at.seconds - clock.now() == pytest.approx(3610, abs=3)
    clock.advance(3000)
    await worker.complete(action, {"ok": 1})
    assert outputs(await peer.result(run_id)) == {"refreshed": {"ok": 1}}


async def test_a_task_that_nobody_takes_in_time_ends_cancelled(peer: Peer, clock: MovableClock) -> None:
    await peer.put("lonely", task("lonely", workflow="lonely", schedule_timeout="30m"))
    run_id = await peer.trigger("lonely")
    clock.advance(1700)
    assert (await peer.details(run_id)).status == admin_pb2.QUEUED
    clock.advance(200)
    result = await peer.result(run_id)
    assert errors(result) == {"lonely": ""}
    assert (await peer.details(run_id)).status == admin_pb2.CANCELLED


async def test_a_cancelled_run_tells_its_worker_and_ignores_the_late_result(peer: Peer) -> None:
    await peer.put("stopped")
    worker = await peer.worker("stopped:stopped")
    run_id = await peer.trigger("stopped")
    action = await worker.next()
    await peer.cancel(run_id)
    assert (await worker.next()).action_type == dispatcher_pb2.CANCEL_STEP_RUN
    await worker.complete(action, {"too": "late"})
    result = await peer.result(run_id)
    assert errors(result) == {"stopped": ""}
    assert outputs(result) == {}
    assert (await peer.details(run_id)).status == admin_pb2.CANCELLED


async def test_a_replayed_run_keeps_its_id_and_starts_over(peer: Peer) -> None:
    await peer.put("again")
    worker = await peer.worker("again:again")
    run_id = await peer.trigger("again", {"n": 1})
    await worker.fail(await worker.next(), "once")
    assert errors(await peer.result(run_id)) == {"again": "once"}
    assert await peer.replay(run_id) == [run_id]
    action = await worker.next()
    assert (action.workflow_run_id, action.retry_count) == (run_id, 1)
    assert payload(action)["input"] == {"n": 1}
    await worker.complete(action, {"fine": True})
    assert outputs(await peer.result(run_id)) == {"again": {"fine": True}}


async def test_priority_decides_among_those_that_wait(peer: Peer) -> None:
    await peer.put("queue")
    low = await peer.trigger("queue", priority=1)
    high = await peer.trigger("queue", priority=3)
    middle = await peer.trigger("queue", priority=2)
    worker = await peer.worker("queue:queue", slots={"default": 1})
    order: list[str] = []
    for _ in range(3):
        action = await worker.next()
        order.append(action.workflow_run_id)
        await worker.complete(action)
    assert order == [high, middle, low]


async def test_slots_limit_what_a_worker_gets_and_a_released_slot_makes_room(peer: Peer) -> None:
    await peer.put("narrow")
    worker = await peer.worker("narrow:narrow", slots={"default": 1})
    first_id, second_id = await peer.trigger_many("narrow", 2)
    first = await worker.next()
    assert first.workflow_run_id == first_id
    assert (await peer.details(second_id)).status == admin_pb2.QUEUED
    await peer.dispatcher.release_slot(
        dispatcher_pb2.ReleaseSlotRequest(task_run_external_id=first_id), metadata=peer.metadata
    )
    assert (await worker.next()).workflow_run_id == second_id
    await worker.complete(first, {"still": "counts"})
    assert outputs(await peer.result(first_id)) == {"narrow": {"still": "counts"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{not json", "invalid json in field taskOutput"),
        ('{"a": "\\u0000"}', "invalid null character \\u0000 in field taskOutput"),
        ("NaN", "invalid json in field taskOutput"),
    ],
)
async def test_an_output_that_cannot_be_stored_fails_the_task(peer: Peer, text: str, expected: str) -> None:
    await peer.put("output")
    worker = await peer.worker("output:output")
    run_id = await peer.trigger("output")
    await worker.complete(await worker.next(), text)
    assert errors(await peer.result(run_id)) == {"output": expected}


async def test_an_escaped_backslash_before_u0000_is_no_null_character(peer: Peer) -> None:
    await peer.put("escaped")
    worker = await peer.worker("escaped:escaped")
    run_id = await peer.trigger("escaped")
    await worker.complete(await worker.next(), '{"a": "\\\\u0000"}')
    assert outputs(await peer.result(run_id)) == {"escaped": {"a": "\\u0000"}}


async def test_a_report_without_retry_count_means_the_current_attempt(peer: Peer) -> None:
    await peer.put("bare")
    worker = await peer.worker("bare:bare")
    run_id = await peer.trigger("bare")
    action = await worker.next()
    event = dispatcher_pb2.StepActionEvent(
        worker_id=worker.id,
        task_run_external_id=action.task_run_external_id,
        event_type=dispatcher_pb2.STEP_EVENT_TYPE_COMPLETED,
        event_payload="1",
    )
    await peer.dispatcher.send_step_action_event(event, metadata=peer.metadata)
    assert outputs(await peer.result(run_id)) == {"bare": 1}


async def test_a_report_on_an_unknown_task_is_refused(peer: Peer) -> None:
    event = dispatcher_pb2.StepActionEvent(
        task_run_external_id="00000000-0000-4000-8000-000000000000",
        event_type=dispatcher_pb2.STEP_EVENT_TYPE_COMPLETED,
    )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.dispatcher.send_step_action_event(event, metadata=peer.metadata)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_an_envelope_beyond_the_message_limit_fails_the_task_at_once(peer: Peer) -> None:
    await peer.put("large", task("large", workflow="large", retries=3))
    worker = await peer.worker("large:large")
    run_id = await peer.trigger("large", {"text": "x" * 4_150_000})
    [error] = errors(await peer.result(run_id)).values()
    assert "more than a message may hold" in error
    await worker.nothing()


async def test_results_beyond_the_limit_of_the_stream_are_left_out(peer: Peer) -> None:
    await peer.put("wide", task("one", workflow="wide"), task("two", workflow="wide"))
    worker = await peer.worker("wide:one", "wide:two")
    run_id = await peer.trigger("wide")
    for _ in range(2):
        await worker.complete(await worker.next(), {"text": "x" * 2_000_000})
    assert not (await peer.result(run_id)).results


async def test_errors_beyond_the_limit_of_the_stream_are_replaced(peer: Peer) -> None:
    await peer.put("wordy", task("one", workflow="wordy"), task("two", workflow="wordy"))
    worker = await peer.worker("wordy:one", "wordy:two")
    run_id = await peer.trigger("wordy")
    for _ in range(2):
        await worker.fail(await worker.next(), "x" * 2_200_000)
    assert errors(await peer.result(run_id)) == {
        "one": "Error is too large to send over the Hatchet stream.",
        "two": "Error is too large to send over the Hatchet stream.",
    }
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.details(run_id)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "by REST" in str(caught.value.details())


async def test_half_of_a_character_is_refused_before_it_is_stored(peer: Peer) -> None:
    await peer.put("half")
    for fields in ({"additional_metadata": '{"a": "\\ud800"}'}, {"input": {"a": "\udfff"}}):
        with pytest.raises(grpc.aio.AioRpcError, match="half of a surrogate pair"):
            await peer.trigger("half", **fields)
    run_id = await peer.trigger("half", {"whole": "\U0001f600"})
    worker = await peer.worker("half:half")
    action = await worker.next()
    assert payload(action)["input"] == {"whole": "\U0001f600"}
    await worker.complete(action, '{"b": "\\udfff"}')
    assert errors(await peer.result(run_id)) == {"half": "invalid json in field taskOutput"}

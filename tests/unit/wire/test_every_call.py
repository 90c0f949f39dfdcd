"""Each call to the engine: its method, its name in errors, and how often it is made when the engine may have acted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine
from datetime import datetime, timezone
from typing import Any, NamedTuple

import pytest

from hatchet import RateLimitDuration, Unavailable, Unsupported
from hatchet.options.specs import RunSpec
from hatchet.transport.retry import ONCE, Backoff, RetryPolicy
from hatchet.wire.gateway import Gateway
from hatchet.wire.requests import Trigger
from hatchet.wire.values import Assignment, AssignmentKind, Batch, BatchMember, Event, Outcome, OutcomeKind
from hatchet_api.calls import CallError, StatusCode
from tests.unit.scripted import ScriptedEngine

NOW = datetime(2030, 1, 2, tzinfo=timezone.utc)
RUN, CHILD = Trigger("w", b"{}", RunSpec()), Trigger("w", b"{}", RunSpec(), child_index=0)
ATTEMPT = Assignment(AssignmentKind.START, "w:t", "t", "t", "r", "r", 0)
BATCH = ATTEMPT._replace(batch=Batch("b", None, {"r": BatchMember("r", {})}))
TRIES = 3


class Call(NamedTuple):
    """A call of the gateway."""

    make: Callable[[Gateway], Coroutine[Any, Any, object]]
    method: str
    called: str
    tries: int = TRIES
    """How often it is made where the engine may have done it already."""


CALLS = {
    "engine_version": Call(lambda g: g.engine_version(), "get_version", "GetVersion"),
    "register_worker": Call(lambda g: g.register_worker("n", ["a"], {}, {}, "1"), "register", "Register n"),
    "restore_evicted": Call(lambda g: g.restore_evicted("t"), "restore_evicted_task", "RestoreEvictedTask"),
    "heartbeat": Call(lambda g: g.heartbeat("w"), "heartbeat", "Heartbeat", 1),
    "unsubscribe": Call(lambda g: g.unsubscribe("w"), "unsubscribe", "Unsubscribe", 1),
    "refresh_timeout": Call(lambda g: g.refresh_timeout("t", "1s"), "refresh_timeout", "RefreshTimeout", 1),
    "release_slot": Call(lambda g: g.release_slot("t"), "release_slot", "ReleaseSlot"),
    "put_log": Call(lambda g: g.put_log("t", 0, NOW, "INFO", "m"), "put_log", "PutLog", 1),
    "put_stream": Call(lambda g: g.put_stream("t", 0, b"x"), "put_stream_event", "PutStreamEvent", 1),
    "labels": Call(lambda g: g.upsert_worker_labels("w", {}), "upsert_worker_labels", "UpsertWorkerLabels"),
    "trigger": Call(lambda g: g.trigger(RUN), "trigger_workflow", "TriggerWorkflow w", 1),
    "trigger a child": Call(lambda g: g.trigger(CHILD), "trigger_workflow", "TriggerWorkflow w"),
    "bulk_trigger": Call(lambda g: g.bulk_trigger([RUN]), "bulk_trigger_workflow", "BulkTriggerWorkflow", 1),
    "bulk_trigger some children": Call(
        lambda g: g.bulk_trigger([CHILD, RUN]), "bulk_trigger_workflow", "BulkTriggerWorkflow", 1
    ),
    "bulk_trigger children": Call(lambda g: g.bulk_trigger([CHILD]), "bulk_trigger_workflow", "BulkTriggerWorkflow"),
    "schedule": Call(lambda g: g.schedule(RUN, NOW), "schedule_workflow", "ScheduleWorkflow w", 1),
    "run_details": Call(lambda g: g.run_details("r"), "get_run_details", "GetRunDetails r"),
    "run_details once": Call(lambda g: g.run_details("r", once=True), "get_run_details", "GetRunDetails r", 1),
    "cancel": Call(lambda g: g.cancel(["r"]), "cancel_tasks", "CancelTasks"),
    "replay": Call(lambda g: g.replay(["r"]), "replay_tasks", "ReplayTasks", 1),
    "push_event": Call(lambda g: g.push_event(Event("k", b"{}")), "push", "Push k", 1),
    "bulk_push": Call(lambda g: g.bulk_push([Event("k", b"{}")]), "bulk_push", "BulkPush", 1),
    "put_rate_limit": Call(
        lambda g: g.put_rate_limit("k", 1, RateLimitDuration.MINUTE), "put_rate_limit", "PutRateLimit k"
    ),
    "pause_rate_limit": Call(lambda g: g.pause_rate_limit("k", NOW), "pause_rate_limit", "PauseRateLimit k"),
    "publish": Call(lambda g: g.publish("n", "t", b"x", "p", 1), "publish", "Publish t"),
    "listen": Call(lambda g: first(g.listen("w")), "listen_v2", "ListenV2", 1),
    "run_events": Call(
        lambda g: first(g.run_events("r")), "subscribe_to_workflow_events", "SubscribeToWorkflowEvents r", 1
    ),
    "metadata_events": Call(
        lambda g: first(g.metadata_events("k", "v")), "subscribe_to_workflow_events", "SubscribeToWorkflowEvents k=v", 1
    ),
    "report": Call(
        lambda g: g.report(ATTEMPT, "w", Outcome(OutcomeKind.STARTED), 5.0),
        "send_step_action_event",
        "SendStepActionEvent for task run r",
        1,
    ),
    "report of a batch": Call(
        lambda g: g.report(BATCH, "w", Outcome(OutcomeKind.COMPLETED), 5.0),
        "send_batch_action_event",
        "SendBatchActionEvent for batch b",
        1,
    ),
    "result": Call(lambda g: result(g), "subscribe_to_workflow_runs", "SubscribeToWorkflowRuns", 1),
    "topic_messages": Call(lambda g: first(g.topic_messages("n", "t", None)), "subscribe", "Subscribe t", 1),
}


async def nothing() -> AsyncGenerator[Any]:
    return
    yield


async def result(gateway: Gateway) -> object:
    gateway.results._policy = ONCE  # which an outage lasts for too long
    return await gateway.finished("r", "w")


async def first(messages: AsyncGenerator[Any]) -> object:
    return await anext(messages)


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_is_named_in_its_errors_and_made_again_only_where_that_is_harmless(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = CALLS[name]

    def broken(request: Any, context: Any) -> Any:
        raise CallError(StatusCode.UNAVAILABLE, "Connection reset by peer")

    engine = ScriptedEngine()
    engine.handlers[call.method] = broken
    hatchet = engine.client()
    monkeypatch.setattr(
        hatchet.gateway, "_policy", RetryPolicy(attempts=TRIES, backoff=Backoff(first=0.001, limit=0.001))
    )
    with pytest.raises(Unavailable) as raised:
        await hatchet.io.run(call.make(hatchet.gateway))
    assert (raised.value.call, dict(engine.calls)) == (call.called, {call.method: call.tries})
    assert str(raised.value).startswith(f"{call.called}: ")


async def test_an_engine_without_the_stream_of_durable_tasks_is_told_its_name() -> None:
    hatchet = ScriptedEngine().client()
    with pytest.raises(Unsupported) as raised:
        await hatchet.io.run(first(hatchet.gateway.durable_tasks(nothing())))
    assert raised.value.call == "DurableTask"


async def test_a_stream_of_results_that_the_engine_closes_is_named() -> None:
    async def closes(requests: Any, context: Any) -> Any:
        return
        yield

    hatchet = ScriptedEngine(subscribe_to_workflow_runs=closes).client()
    with pytest.raises(Unavailable) as raised:
        await hatchet.io.run(result(hatchet.gateway))
    assert str(raised.value) == "SubscribeToWorkflowRuns: the engine closed the stream"
    assert raised.value.call == "SubscribeToWorkflowRuns"

"""What starts runs and asks about them, message by message: each as a whole."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hatchet import DesiredWorkerLabel, RateLimitDuration, WorkerLabelComparator
from hatchet.options.specs import RunSpec
from hatchet.wire import encode_parts, encode_runs
from hatchet.wire.requests import Trigger
from hatchet.wire.values import Event
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc import workflows_pb2 as workflows
from hatchet_api.grpc.v1 import streams_pb2 as streams
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from hatchet_api.grpc.v1.shared import trigger_pb2 as shared

NOW = Timestamp(seconds=1_900_000_000, nanos=250_000_000)
MOMENT = datetime(2030, 3, 17, 18, 46, 40, 250_000, tzinfo=timezone(timedelta(hours=1)))
FULL = RunSpec(additional_metadata={"a": "b"}, child_key="k", priority=3, desired_worker_id="w")
PLACED: dict[str, Any] = {
    "parent_id": "parent", "parent_task_run_external_id": "task", "child_index": 0, "child_key": "k", "priority": 3,
}  # fmt: skip

MESSAGES: list[tuple[Any, Any]] = [
    (
        lambda: encode_runs.trigger(Trigger("w", b"1", RunSpec())),
        shared.TriggerWorkflowRequest(name="w", input="1", additional_metadata="{}"),
    ),
    (
        lambda: encode_runs.trigger(Trigger("w", b"1", FULL, "parent", "task", 0)),
        shared.TriggerWorkflowRequest(
            name="w", input="1", additional_metadata='{"a": "b"}', desired_worker_id="w", **PLACED
        ),
    ),
    *(
        (
            lambda place=place: encode_runs.trigger(Trigger("w", b"1", RunSpec(), *place)),
            shared.TriggerWorkflowRequest(name="w", input="1", additional_metadata="{}"),
        )
        for place in ((None, "task", 0), ("parent", None, 0), ("parent", "task", None))
    ),
    (
        lambda: encode_runs.schedule(Trigger("w", b"1", FULL, "parent", "task", 0), MOMENT),
        workflows.ScheduleWorkflowRequest(
            name="w", schedules=[NOW], input="1", additional_metadata='{"a": "b"}', **PLACED
        ),
    ),
    (
        lambda: encode_runs.schedule(Trigger("w", b"1", RunSpec()), MOMENT),
        workflows.ScheduleWorkflowRequest(name="w", schedules=[NOW], input="1", additional_metadata="{}"),
    ),
    (
        lambda: encode_runs.bulk_trigger([shared.TriggerWorkflowRequest(name="w")]),
        workflows.BulkTriggerWorkflowRequest(workflows=[shared.TriggerWorkflowRequest(name="w")]),
    ),
    (lambda: encode_runs.subscription("r"), dispatcher.SubscribeToWorkflowRunsRequest(workflow_run_id="r")),
    (lambda: encode_runs.run_details("r"), v1.GetRunDetailsRequest(external_id="r")),
    (lambda: encode_runs.cancel(["a", "b"]), v1.CancelTasksRequest(external_ids=["a", "b"])),
    (lambda: encode_runs.replay(["a", "b"]), v1.ReplayTasksRequest(external_ids=["a", "b"])),
    (
        lambda: encode_runs.event(Event("k", b"{}")),
        events.PushEventRequest(key="k", payload="{}", event_timestamp=NOW, additional_metadata="{}"),
    ),
    (
        lambda: encode_runs.event(Event("k", b"{}", {"a": "b"}, 0, "")),
        events.PushEventRequest(
            key="k", payload="{}", event_timestamp=NOW, additional_metadata='{"a": "b"}', priority=0, scope=""
        ),
    ),
    (
        lambda: encode_runs.bulk_event([events.PushEventRequest(key="k")]),
        events.BulkPushEventRequest(events=[events.PushEventRequest(key="k")]),
    ),
    (
        lambda: encode_runs.rate_limit("k", 5, RateLimitDuration.HOUR),
        workflows.PutRateLimitRequest(key="k", limit=5, duration=workflows.HOUR),
    ),
    (
        lambda: encode_runs.rate_limit_pause("k", MOMENT),
        workflows.PauseRateLimitRequest(key="k", paused_until=NOW),
    ),
    (lambda: encode_runs.run_events("r"), dispatcher.SubscribeToWorkflowEventsRequest(workflow_run_id="r")),
    (
        lambda: encode_runs.metadata_events("k", "v"),
        dispatcher.SubscribeToWorkflowEventsRequest(additional_meta_key="k", additional_meta_value="v"),
    ),
    (
        lambda: encode_runs.topic_message("n", "t", b"x", "p", 7, "ref"),
        streams.PublishStreamMessageRequest(
            namespace="n", topic="t", payload=b"x", producer_id="p", producer_seq=7, payload_ref="ref"
        ),
    ),
    (
        lambda: encode_runs.topic_question("n", "t", None),
        streams.SubscribeStreamRequest(namespace="n", topic="t"),
    ),
    (
        lambda: encode_runs.topic_question("n", "t", ""),
        streams.SubscribeStreamRequest(namespace="n", topic="t", cursor=""),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("made", "message"), MESSAGES, ids=lambda each: type(each).__name__)
def test_a_program_asks_for_all_of_it(made: Any, message: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode_runs, "now", lambda: NOW)
    assert made() == message


def test_the_time_of_a_message_is_now() -> None:
    before = datetime.now(timezone.utc)
    said = encode_parts.now().ToDatetime(timezone.utc)
    assert before - timedelta(microseconds=1) <= said <= datetime.now(timezone.utc)
    assert encode_parts.timestamp(MOMENT) == NOW


LABELS: list[tuple[DesiredWorkerLabel, shared.DesiredWorkerLabels]] = [
    (DesiredWorkerLabel(value="a"), shared.DesiredWorkerLabels(str_value="a", required=False)),
    (DesiredWorkerLabel(value=7), shared.DesiredWorkerLabels(int_value=7, required=False)),
    (
        DesiredWorkerLabel(value=0, required=True, comparator=WorkerLabelComparator.GREATER_THAN, weight=0),
        shared.DesiredWorkerLabels(int_value=0, required=True, comparator=shared.GREATER_THAN, weight=0),
    ),
]


@pytest.mark.parametrize(("wanted", "message"), LABELS)
def test_a_label_that_a_task_wants(wanted: DesiredWorkerLabel, message: shared.DesiredWorkerLabels) -> None:
    assert encode_parts.desired_labels({"k": wanted}) == {"k": message}

"""What a worker says, message by message: each as a whole."""

from __future__ import annotations

import platform
from datetime import datetime, timezone
from typing import Any

import pytest

from hatchet.wire import encode_worker
from hatchet.wire.encode_parts import timestamp
from hatchet.wire.values import Assignment, AssignmentKind, Batch, Outcome, OutcomeKind
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events

NOW = datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=timezone.utc)
ATTEMPT = Assignment(AssignmentKind.START, "flow:pay", "task id", "pay", "run", "workflow run", 2)
BATCH = ATTEMPT._replace(batch=Batch("batch", None, {}))
DONE, FAILED = Outcome(OutcomeKind.COMPLETED, b'{"a": 1}'), Outcome(OutcomeKind.FAILED, b"no", True, 1500)
OF_ATTEMPT: dict[str, Any] = {
    "worker_id": "w", "job_id": "task id", "job_run_id": "run", "task_id": "task id", "task_run_external_id": "run",
    "action_id": "flow:pay", "event_timestamp": timestamp(NOW), "retry_count": 2,
}  # fmt: skip
ITEM = encode_worker.batch_item("run", DONE)

MESSAGES: list[tuple[Any, Any]] = [
    (
        lambda: encode_worker.registration("w", ["a:b"], {"default": 3}, {"zone": "a", "n": 1, "yes": True}, "1.2.3"),
        dispatcher.WorkerRegisterRequest(
            worker_name="w", actions=["a:b"], services=["default"], slot_config={"default": 3},
            labels={
                "zone": dispatcher.WorkerLabels(str_value="a"), "n": dispatcher.WorkerLabels(int_value=1),
                "yes": dispatcher.WorkerLabels(str_value="True"),
            },
            runtime_info=dispatcher.RuntimeInfo(
                sdk_version="1.2.3", language=dispatcher.PYTHON, language_version=platform.python_version(),
                os=platform.system().lower(),
            ),
        ),
    ),
    (lambda: encode_worker.listen("w"), dispatcher.WorkerListenRequest(worker_id="w")),
    (
        lambda: encode_worker.heartbeat("w"),
        dispatcher.HeartbeatRequest(worker_id="w", heartbeat_at=timestamp(NOW)),
    ),
    (lambda: encode_worker.unsubscribe("w"), dispatcher.WorkerUnsubscribeRequest(worker_id="w")),
    (encode_worker.version_request, dispatcher.GetVersionRequest()),
    (
        lambda: encode_worker.outcome(ATTEMPT, "w", Outcome(OutcomeKind.STARTED)),
        dispatcher.StepActionEvent(
            **OF_ATTEMPT, event_type=dispatcher.STEP_EVENT_TYPE_STARTED, event_payload="", should_not_retry=False
        ),
    ),
    (
        lambda: encode_worker.outcome(ATTEMPT, "w", DONE),
        dispatcher.StepActionEvent(
            **OF_ATTEMPT, event_type=dispatcher.STEP_EVENT_TYPE_COMPLETED, event_payload='{"a": 1}',
            should_not_retry=False,
        ),
    ),
    (
        lambda: encode_worker.outcome(ATTEMPT, "w", FAILED),
        dispatcher.StepActionEvent(
            **OF_ATTEMPT, event_type=dispatcher.STEP_EVENT_TYPE_FAILED, event_payload="no", should_not_retry=True,
            retry_after_ms=1500,
        ),
    ),
    (
        lambda: encode_worker.outcome(ATTEMPT, "w", Outcome(OutcomeKind.FAILED, retry_after_ms=0)),
        dispatcher.StepActionEvent(
            **OF_ATTEMPT, event_type=dispatcher.STEP_EVENT_TYPE_FAILED, event_payload="", should_not_retry=False,
            retry_after_ms=0,
        ),
    ),
    (
        lambda: encode_worker.batch_item("run", DONE),
        dispatcher.BatchActionEventItem(task_run_external_id="run", event_payload='{"a": 1}', should_not_retry=False),
    ),
    (
        lambda: encode_worker.batch_item("run", FAILED),
        dispatcher.BatchActionEventItem(
            task_run_external_id="run", event_payload="no", should_not_retry=True, retry_after_ms=1500
        ),
    ),
    (
        lambda: encode_worker.batch_outcome(BATCH, "w", OutcomeKind.COMPLETED, [ITEM]),
        dispatcher.BatchActionEvent(
            worker_id="w", job_id="task id", action_id="flow:pay", batch_id="batch", event_timestamp=timestamp(NOW),
            event_type=dispatcher.STEP_EVENT_TYPE_COMPLETED, items=[ITEM],
        ),
    ),
    (
        lambda: encode_worker.batch_outcome(ATTEMPT, "w", OutcomeKind.FAILED, []),
        dispatcher.BatchActionEvent(
            worker_id="w", job_id="task id", action_id="flow:pay", event_timestamp=timestamp(NOW),
            event_type=dispatcher.STEP_EVENT_TYPE_FAILED,
        ),
    ),
    (
        lambda: encode_worker.refresh_timeout("run", "10s"),
        dispatcher.RefreshTimeoutRequest(task_run_external_id="run", increment_timeout_by="10s"),
    ),
    (lambda: encode_worker.release_slot("run"), dispatcher.ReleaseSlotRequest(task_run_external_id="run")),
    (
        lambda: encode_worker.log_line("run", 3, NOW, "WARN", "said"),
        events.PutLogRequest(
            task_run_external_id="run", created_at=timestamp(NOW), message="said", level="WARN", task_retry_count=3
        ),
    ),
    (
        lambda: encode_worker.stream_chunk("run", 7, b"\xff"),
        events.PutStreamEventRequest(
            task_run_external_id="run", created_at=timestamp(NOW), message=b"\xff", event_index=7
        ),
    ),
    (
        lambda: encode_worker.label_upsert("w", {"n": 2}),
        dispatcher.UpsertWorkerLabelsRequest(worker_id="w", labels={"n": dispatcher.WorkerLabels(int_value=2)}),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("made", "message"), MESSAGES, ids=lambda each: type(each).__name__)
def test_a_worker_says_all_of_it(made: Any, message: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode_worker, "now", lambda: timestamp(NOW))
    assert made() == message

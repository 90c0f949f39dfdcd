"""What a worker says, as messages."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from datetime import datetime

from hatchet.wire.encode_parts import now, timestamp
from hatchet.wire.values import Assignment, Outcome, OutcomeKind
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events

BatchItem = dispatcher.BatchActionEventItem

_EVENT_TYPES = {
    OutcomeKind.STARTED: dispatcher.STEP_EVENT_TYPE_STARTED,
    OutcomeKind.COMPLETED: dispatcher.STEP_EVENT_TYPE_COMPLETED,
    OutcomeKind.FAILED: dispatcher.STEP_EVENT_TYPE_FAILED,
}


def registration(
    name: str, actions: Sequence[str], slots: Mapping[str, int], labels: Mapping[str, str | int], version: str
) -> dispatcher.WorkerRegisterRequest:
    """A worker that introduces itself."""
    return dispatcher.WorkerRegisterRequest(
        worker_name=name,
        actions=actions,
        services=["default"],
        slot_config=slots,
        labels=worker_labels(labels),
        runtime_info=dispatcher.RuntimeInfo(
            sdk_version=version,
            language=dispatcher.PYTHON,
            language_version=platform.python_version(),
            os=platform.system().lower(),
        ),
    )


def worker_labels(labels: Mapping[str, str | int]) -> dict[str, dispatcher.WorkerLabels]:
    """Labels of a worker; numbers can be compared by size, everything else is text."""
    return {
        key: dispatcher.WorkerLabels(int_value=value)
        # bool is an int to Python, but nobody who writes True means the number 1
        if isinstance(value, int) and not isinstance(value, bool)
        else dispatcher.WorkerLabels(str_value=str(value))
        for key, value in labels.items()
    }


def listen(worker_id: str) -> dispatcher.WorkerListenRequest:
    """Ask for assignments."""
    return dispatcher.WorkerListenRequest(worker_id=worker_id)


def heartbeat(worker_id: str) -> dispatcher.HeartbeatRequest:
    """A sign of life."""
    return dispatcher.HeartbeatRequest(worker_id=worker_id, heartbeat_at=now())


def unsubscribe(worker_id: str) -> dispatcher.WorkerUnsubscribeRequest:
    """A worker's farewell."""
    return dispatcher.WorkerUnsubscribeRequest(worker_id=worker_id)


def version_request() -> dispatcher.GetVersionRequest:
    """Ask for the engine's version."""
    return dispatcher.GetVersionRequest()


def outcome(assignment: Assignment, worker_id: str, result: Outcome) -> dispatcher.StepActionEvent:
    """What became of an attempt."""
    message = dispatcher.StepActionEvent(
        worker_id=worker_id,
        job_id=assignment.task_id,
        job_run_id=assignment.task_run_id,
        task_id=assignment.task_id,
        task_run_external_id=assignment.task_run_id,
        action_id=assignment.action_id,
        event_timestamp=now(),
        event_type=_EVENT_TYPES[result.kind],
        event_payload=result.payload.decode(),
        retry_count=assignment.retry_count,
        should_not_retry=result.should_not_retry,
    )
    if result.retry_after_ms is not None:
        message.retry_after_ms = result.retry_after_ms
    return message


def batch_item(run_id: str, result: Outcome) -> dispatcher.BatchActionEventItem:
    """What became of one run of a batch. Without a retry count, which the engine then takes from its own record."""
    message = dispatcher.BatchActionEventItem(
        task_run_external_id=run_id, event_payload=result.payload.decode(), should_not_retry=result.should_not_retry
    )
    if result.retry_after_ms is not None:
        message.retry_after_ms = result.retry_after_ms
    return message


def batch_outcome(
    assignment: Assignment, worker_id: str, kind: OutcomeKind, items: Sequence[dispatcher.BatchActionEventItem]
) -> dispatcher.BatchActionEvent:
    """What became of some runs of a batch, all of them alike."""
    return dispatcher.BatchActionEvent(
        worker_id=worker_id,
        job_id=assignment.task_id,
        action_id=assignment.action_id,
        batch_id=None if assignment.batch is None else assignment.batch.id,
        event_timestamp=now(),
        event_type=_EVENT_TYPES[kind],
        items=items,
    )


def refresh_timeout(task_run_id: str, by: str) -> dispatcher.RefreshTimeoutRequest:
    """Ask for more time."""
    return dispatcher.RefreshTimeoutRequest(task_run_external_id=task_run_id, increment_timeout_by=by)


def release_slot(task_run_id: str) -> dispatcher.ReleaseSlotRequest:
    """Give the slot back while the task goes on."""
    return dispatcher.ReleaseSlotRequest(task_run_external_id=task_run_id)


def log_line(task_run_id: str, retry_count: int, moment: datetime, level: str, message: str) -> events.PutLogRequest:
    """One line of a task's log."""
    return events.PutLogRequest(
        task_run_external_id=task_run_id,
        created_at=timestamp(moment),
        message=message,
        level=level,
        task_retry_count=retry_count,
    )


def stream_chunk(task_run_id: str, index: int, data: bytes) -> events.PutStreamEventRequest:
    """One chunk of a task's stream."""
    return events.PutStreamEventRequest(
        task_run_external_id=task_run_id, created_at=now(), message=data, event_index=index
    )


def label_upsert(worker_id: str, labels: Mapping[str, str | int]) -> dispatcher.UpsertWorkerLabelsRequest:
    """Labels that a worker gets besides those it has."""
    return dispatcher.UpsertWorkerLabelsRequest(worker_id=worker_id, labels=worker_labels(labels))

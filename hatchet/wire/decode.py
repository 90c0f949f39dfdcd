"""Messages → values. Empty texts and zeros that mean "absent" become None here, and nowhere else."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import cast

from google.protobuf.timestamp_pb2 import Timestamp

from hatchet.options.outputs import load_mapping, unboxed_text
from hatchet.wire.values import (
    Assignment,
    AssignmentKind,
    Batch,
    BatchMember,
    FinishedRun,
    PushedEvent,
    RunDetails,
    RunEvent,
    RunStatus,
    ScheduledRun,
    StepRunEventType,
    StoredMessage,
    StoredMessages,
    TaskResult,
    TaskRunDetails,
    WorkflowRunEventType,
)
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc import workflows_pb2 as workflows
from hatchet_api.grpc.v1 import streams_pb2 as streams
from hatchet_api.grpc.v1 import workflows_pb2 as v1

_KINDS = {
    dispatcher.START_STEP_RUN: AssignmentKind.START,
    dispatcher.CANCEL_STEP_RUN: AssignmentKind.CANCEL,
}
_STATUSES = {
    v1.QUEUED: RunStatus.QUEUED,
    v1.RUNNING: RunStatus.RUNNING,
    v1.COMPLETED: RunStatus.COMPLETED,
    v1.FAILED: RunStatus.FAILED,
    v1.CANCELLED: RunStatus.CANCELLED,
}


def assignment(message: dispatcher.AssignedAction) -> Assignment:
    """One attempt handed to this worker."""
    if message.action_type == dispatcher.START_BATCH:
        return _batch_assignment(message)
    return Assignment(
        kind=_KINDS.get(message.action_type, AssignmentKind.OTHER),
        action_id=message.action_id,
        task_id=message.task_id,
        task_name=message.task_name,
        task_run_id=message.task_run_external_id,
        workflow_run_id=message.workflow_run_id,
        retry_count=message.retry_count,
        payload=message.action_payload,
        additional_metadata=message.additional_metadata,
        priority=message.priority or None,
        child_index=message.child_workflow_index if message.HasField("child_workflow_index") else None,
        child_key=message.child_workflow_key or None,
        parent_run_id=message.parent_workflow_run_id or None,
        workflow_id=message.workflow_id or None,
        workflow_version_id=message.workflow_version_id or None,
        invocation_count=message.durable_task_invocation_count or None,
        event_id=message.triggering_event_external_id or None,
        event_key=message.triggering_event_key or None,
        queued_at=_inserted_at(message),
    )


def _batch_assignment(message: dispatcher.AssignedAction) -> Assignment:
    members: dict[str, BatchMember] = {}
    for run_id, item in load_mapping(message.action_payload).items():
        entry = cast(dict[str, object], item) if isinstance(item, dict) else {}
        payload = entry.get("payload")
        envelope = cast(dict[str, object], payload) if isinstance(payload, dict) else {}
        members[run_id] = BatchMember(str(entry.get("workflow_run_id") or run_id), envelope)
    first = next(iter(members), "")
    return Assignment(
        kind=AssignmentKind.BATCH,
        action_id=message.action_id,
        task_id=message.task_id,
        task_name=message.task_name or message.action_id.rpartition(":")[2],
        task_run_id=first,
        workflow_run_id=members[first].workflow_run_id if members else "",
        retry_count=0,
        batch=Batch(message.batchId, message.batchKey or None, members),
    )


def _inserted_at(message: dispatcher.AssignedAction) -> datetime | None:
    if not message.HasField("task_inserted_at"):
        return None
    return message.task_inserted_at.ToDatetime(timezone.utc)


def finished_run(message: dispatcher.WorkflowRunEvent) -> FinishedRun:
    """A run's end, with how each task ended."""
    return FinishedRun(
        run_id=message.workflow_run_id,
        tasks=tuple(
            TaskResult(
                task_name=result.task_name,
                task_run_id=result.task_run_external_id,
                output=result.output if result.HasField("output") else None,
                error=result.error if result.HasField("error") else None,
            )
            for result in message.results
        ),
    )


def status(number: int) -> RunStatus:
    """A run's status; one that this client does not know counts as running."""
    return _STATUSES.get(cast("v1.RunStatus.ValueType", number), RunStatus.RUNNING)


def run_details(run_id: str, message: v1.GetRunDetailsResponse) -> RunDetails:
    """A run as it stands."""
    return RunDetails(
        run_id=run_id,
        status=status(message.status),
        done=message.done,
        input_text=unboxed_text(message.input.decode()),
        additional_metadata=load_mapping(message.additional_metadata.decode()),
        tasks={
            name: TaskRunDetails(
                task_run_id=task.external_id,
                name=task.readable_id,
                status=status(task.status),
                output_text=unboxed_text(task.output.decode()) or None,
                error=task.error if task.HasField("error") else None,
                sent=task.output.decode() if task.HasField("output") else None,
            )
            for name, task in message.task_runs.items()
        },
    )


_OCCURRENCES = {
    dispatcher.RESOURCE_EVENT_TYPE_STARTED: "STARTED",
    dispatcher.RESOURCE_EVENT_TYPE_COMPLETED: "COMPLETED",
    dispatcher.RESOURCE_EVENT_TYPE_FAILED: "FAILED",
    dispatcher.RESOURCE_EVENT_TYPE_CANCELLED: "CANCELLED",
    dispatcher.RESOURCE_EVENT_TYPE_TIMED_OUT: "TIMED_OUT",
    dispatcher.RESOURCE_EVENT_TYPE_STREAM: "STREAM",
}


def run_event(message: dispatcher.WorkflowEvent) -> RunEvent:
    """One thing that happened in a run."""
    of_task = message.resource_type == dispatcher.RESOURCE_TYPE_STEP_RUN
    kind = StepRunEventType if of_task else WorkflowRunEventType
    is_output = message.event_type == dispatcher.RESOURCE_EVENT_TYPE_COMPLETED
    prefix = "STEP_RUN_EVENT_TYPE_" if of_task else "WORKFLOW_RUN_EVENT_TYPE_"
    return RunEvent(
        workflow_run_id=message.workflow_run_id,
        type=kind.__members__.get(prefix + _OCCURRENCES.get(message.event_type, "?")),
        payload=unboxed_text(message.event_payload) if is_output else message.event_payload,
        task_run_id=message.resource_id if of_task else None,
        index=message.event_index if message.HasField("event_index") else None,
        retry_count=message.retry_count if message.HasField("retry_count") else None,
        is_last=message.hangup,
    )


def moment(message: Timestamp) -> datetime:
    """A time, in UTC."""
    return message.ToDatetime(tzinfo=timezone.utc)


def stored_messages(message: streams.StreamMessage) -> StoredMessages:
    """Some messages of a topic."""
    entries = tuple(
        StoredMessage(entry.payload, entry.payload_ref, entry.cursor, moment(entry.created_at))
        for entry in message.entries
    )
    return StoredMessages(entries, message.cursor, message.hangup)


def scheduled_run(message: workflows.WorkflowVersion) -> ScheduledRun:
    """A run that was scheduled by itself."""
    (only,) = message.scheduled_workflows
    return ScheduledRun(only.id, moment(only.trigger_at), message.workflow_id)


def pushed_event(message: events.Event) -> PushedEvent:
    """An event that was accepted."""
    return PushedEvent(
        event_id=message.event_id,
        key=message.key,
        payload=message.payload,
        created_at=moment(message.event_timestamp),
        additional_metadata=message.additional_metadata,
    )

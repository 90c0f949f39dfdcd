"""From the engine's state to the messages that workers and subscribers receive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from google.protobuf import timestamp_pb2

from hatchet.engine.state.changes import BatchDispatch, News, Revoke, TaskNews
from hatchet.engine.state.envelopes import envelope
from hatchet.engine.state.model import Run, Status, TaskRun
from hatchet.engine.state.settings import MAX_RESULT_BYTES
from hatchet_api.grpc import dispatcher_pb2

LAST_MOMENT = 253_402_300_799
"""Seconds since the epoch up to which there are times on the wire."""
ERROR_TOO_LARGE = "Error is too large to send over the Hatchet stream."

_NEWS = {
    News.CREATED: dispatcher_pb2.RESOURCE_EVENT_TYPE_STARTED,
    News.COMPLETED: dispatcher_pb2.RESOURCE_EVENT_TYPE_COMPLETED,
    News.FAILED: dispatcher_pb2.RESOURCE_EVENT_TYPE_FAILED,
    News.CANCELLED: dispatcher_pb2.RESOURCE_EVENT_TYPE_CANCELLED,
}
_ENDS = {
    Status.COMPLETED: dispatcher_pb2.RESOURCE_EVENT_TYPE_COMPLETED,
    Status.FAILED: dispatcher_pb2.RESOURCE_EVENT_TYPE_FAILED,
    Status.CANCELLED: dispatcher_pb2.RESOURCE_EVENT_TYPE_CANCELLED,
}


def timestamp(seconds: float) -> timestamp_pb2.Timestamp:
    """Seconds since the epoch as the wire has them."""
    whole = int(seconds)
    return timestamp_pb2.Timestamp(seconds=whole, nanos=int((seconds - whole) * 1e9))


# Newer than some versions of the contracts that hatchet_api may have been generated from.
TELLS_INSERTION: Final = "task_inserted_at" in dispatcher_pb2.AssignedAction.DESCRIPTOR.fields_by_name


def assigned(task: TaskRun, tenant_id: str, retry_count: int) -> dispatcher_pb2.AssignedAction:
    """The message that hands an attempt to a worker."""
    action = _action(task, tenant_id, retry_count)
    action.action_type = dispatcher_pb2.START_STEP_RUN
    action.action_payload = envelope(task)
    return action


def batch(item: BatchDispatch, tasks: Sequence[TaskRun], tenant_id: str) -> dispatcher_pb2.AssignedAction:
    """The message that hands a batch to a worker; what it says about its tasks is in its payload."""
    members = ",".join(
        f'"{task.id}":{{"workflow_run_id":"{task.run.id}","payload":{envelope(task)}}}' for task in tasks
    )
    action = dispatcher_pb2.AssignedAction(
        tenant_id=tenant_id,
        action_type=dispatcher_pb2.START_BATCH,
        action_id=tasks[0].definition.action,
        action_payload=f"{{{members}}}",
        batchId=item.batch_id,
        batchStartPayload=dispatcher_pb2.BatchStartPayload(
            triggerReason=item.reason, triggerTime=timestamp(item.at), expectedSize=len(tasks)
        ),
    )
    if item.key:
        action.batchKey = item.key
    return action


def revoked(item: Revoke, tenant_id: str) -> dispatcher_pb2.AssignedAction:
    """The message that tells a worker to stop an attempt."""
    task = item.task
    action = _action(task, tenant_id, item.retry_count)
    action.action_type = dispatcher_pb2.CANCEL_STEP_RUN
    if item.batch_id is not None and task.limits is not None:
        action.batchId = item.batch_id
        action.batchIndex = task.limits.batch_index
        action.batchSize = task.limits.batch_size
        if task.limits.batch_key:
            action.batchKey = task.limits.batch_key
    return action


def _action(task: TaskRun, tenant_id: str, retry_count: int) -> dispatcher_pb2.AssignedAction:
    run, definition = task.run, task.definition
    action = dispatcher_pb2.AssignedAction(
        tenant_id=tenant_id,
        workflow_run_id=run.id,
        job_id=definition.id,
        job_name=definition.name,
        job_run_id=task.id,
        task_id=definition.id,
        task_run_external_id=task.id,
        action_id=definition.action,
        task_name=definition.name,
        retry_count=retry_count,
        additional_metadata=run.metadata,
        priority=run.priority,
        workflow_id=run.version.workflow_id,
        workflow_version_id=run.version.id,
    )
    if TELLS_INSERTION:
        action.task_inserted_at.CopyFrom(timestamp(task.created_at))
    if run.child_index is not None:
        action.child_workflow_index = run.child_index
    if run.child_key is not None:
        action.child_workflow_key = run.child_key
    if run.parent_id is not None:
        action.parent_workflow_run_id = run.parent_id
    if definition.durable:
        action.durable_task_invocation_count = task.invocations
    if run.event_id is not None:
        action.triggering_event_external_id = run.event_id
    if run.event_key is not None:
        action.triggering_event_key = run.event_key
    return action


def run_finished(run: Run, now: float) -> dispatcher_pb2.WorkflowRunEvent:
    """The message that tells a subscriber how a run ended, task by task."""
    return dispatcher_pb2.WorkflowRunEvent(
        workflow_run_id=run.id,
        event_type=dispatcher_pb2.WORKFLOW_RUN_EVENT_TYPE_FINISHED,
        event_timestamp=timestamp(run.finished_at if run.finished_at is not None else now),
        results=_within_limit([_result(task) for task in run.tasks.values()]),
    )


def _result(task: TaskRun) -> dispatcher_pb2.StepRunResult:
    result = dispatcher_pb2.StepRunResult(
        task_run_external_id=task.id, task_name=task.definition.name, job_run_id=task.id
    )
    if task.status is Status.COMPLETED:
        result.output = task.output or ""
    else:
        # A cancelled task is told apart from a failed one by an error that is present and empty.
        result.error = (task.error or "") if task.status is Status.FAILED else ""
    return result


def _within_limit(results: list[dispatcher_pb2.StepRunResult]) -> list[dispatcher_pb2.StepRunResult]:
    outputs = sum(len(result.output.encode()) for result in results)
    errors = sum(len(result.error.encode()) for result in results)
    if outputs + errors <= MAX_RESULT_BYTES:
        return results
    if outputs > MAX_RESULT_BYTES:
        return []
    room = (MAX_RESULT_BYTES - outputs) // len(results)
    for result in results:
        if len(result.error.encode()) > room:
            result.error = ERROR_TOO_LARGE
    errors = sum(len(result.error.encode()) for result in results)
    return results if outputs + errors <= MAX_RESULT_BYTES else []


def task_event(news: TaskNews) -> dispatcher_pb2.WorkflowEvent:
    """The message about a step in the life of a task."""
    task = news.task
    return dispatcher_pb2.WorkflowEvent(
        workflow_run_id=task.run.id,
        resource_type=dispatcher_pb2.RESOURCE_TYPE_STEP_RUN,
        event_type=_NEWS[news.kind],
        resource_id=task.id,
        event_timestamp=timestamp(news.at),
        event_payload=news.payload,
        task_retries=task.definition.retry.retries,
        retry_count=news.retry_count,
    )


def chunk_event(task: TaskRun, text: str, index: int | None, now: float) -> dispatcher_pb2.WorkflowEvent:
    """The message that carries one chunk of a task's stream."""
    event = dispatcher_pb2.WorkflowEvent(
        workflow_run_id=task.run.id,
        resource_type=dispatcher_pb2.RESOURCE_TYPE_STEP_RUN,
        event_type=dispatcher_pb2.RESOURCE_EVENT_TYPE_STREAM,
        resource_id=task.id,
        event_timestamp=timestamp(now),
        event_payload=text,
        retry_count=task.retry_count,
    )
    if index is not None:
        event.event_index = index
    return event


def hang_up(run: Run, now: float) -> dispatcher_pb2.WorkflowEvent:
    """The last message of an event subscription."""
    return dispatcher_pb2.WorkflowEvent(
        workflow_run_id=run.id,
        resource_type=dispatcher_pb2.RESOURCE_TYPE_WORKFLOW_RUN,
        event_type=_ENDS[run.reported],
        resource_id=run.id,
        event_timestamp=timestamp(now),
        hangup=True,
    )

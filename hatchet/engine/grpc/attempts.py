"""The Dispatcher service on attempts: what workers report about them, and what they ask for meanwhile."""

from __future__ import annotations

from typing import Final, TypeAlias

from hatchet.engine.delivery import messages
from hatchet.engine.hub import Hub
from hatchet.engine.rules.triggering import parse_uuid
from hatchet.engine.state import durations, jsontext
from hatchet.engine.state.errors import Code, Refused, invalid, not_found
from hatchet.engine.state.model import TaskRun
from hatchet_api import calls
from hatchet_api.grpc import dispatcher_pb2

NUL_IN_ERROR = (
    "The task's error message holds a NUL character (\\u0000), which cannot be stored; escape it or remove it."
)

STALE = -1
"""The attempt of a report that is on a batch which the run has left."""

_ENDS = (
    dispatcher_pb2.STEP_EVENT_TYPE_COMPLETED,
    dispatcher_pb2.STEP_EVENT_TYPE_FAILED,
    dispatcher_pb2.STEP_EVENT_TYPE_CANCELLED,
)

# Newer than some versions of the contracts that hatchet_api may have been generated from.
_TAKES_RETRY_AFTER: Final = "retry_after_ms" in dispatcher_pb2.StepActionEvent.DESCRIPTOR.fields_by_name

_Report: TypeAlias = dispatcher_pb2.StepActionEvent | dispatcher_pb2.BatchActionEventItem


class AttemptCalls:
    """Calls of a worker about the attempts that it executes."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def send_step_action_event(
        self,
        request: dispatcher_pb2.StepActionEvent,
        context: calls.Context,
    ) -> dispatcher_pb2.ActionEventResponse:
        """Take in what a worker reports about an attempt; a report on an earlier attempt is accepted and ignored."""
        hub = self._hub
        task = self._task(request.task_run_external_id)
        retry_count = request.retry_count if request.HasField("retry_count") else task.retry_count
        match request.event_type:
            case dispatcher_pb2.STEP_EVENT_TYPE_STARTED:
                self._started(task.id, retry_count, request.worker_id)
                # Nothing depends on this report, so it does not cost a transaction of its own.
                hub.turns.lazily()
                return self._event_answer(request.worker_id)
            case dispatcher_pb2.STEP_EVENT_TYPE_ACKNOWLEDGED:
                return self._event_answer(request.worker_id)
            case kind if kind in _ENDS:
                self._ended(task, retry_count, kind, request)
            case _:
                raise invalid(f"invalid task external run id {request.task_run_external_id}")
        await hub.turns.stored()
        return self._event_answer(request.worker_id)

    async def send_batch_action_event(
        self,
        request: dispatcher_pb2.BatchActionEvent,
        context: calls.Context,
    ) -> dispatcher_pb2.ActionEventResponse:
        """Take in what a worker reports about the runs of a batch; unknown ones are skipped."""
        hub = self._hub
        kind = request.event_type
        if request.items and kind not in (dispatcher_pb2.STEP_EVENT_TYPE_STARTED, *_ENDS):
            raise invalid(f"invalid batch action event type {kind}")
        for item in request.items:
            task_id = parse_uuid(item.task_run_external_id, "invalid task external run id")
            task = hub.core.find_task(task_id)
            if task is not None:
                self._report_of_member(request, item, task)
        if kind == dispatcher_pb2.STEP_EVENT_TYPE_STARTED:
            hub.turns.lazily()
        else:
            await hub.turns.stored()
        return self._event_answer(request.worker_id)

    def _report_of_member(
        self, request: dispatcher_pb2.BatchActionEvent, item: dispatcher_pb2.BatchActionEventItem, task: TaskRun
    ) -> None:
        attempt = _attempt_of_member(request, item, task)
        if request.event_type == dispatcher_pb2.STEP_EVENT_TYPE_STARTED:
            self._started(task.id, attempt, request.worker_id)
        else:
            self._ended(task, attempt, request.event_type, item)

    def _started(self, task_id: str, attempt: int, worker_id: str) -> None:
        """Note that an attempt has begun, which its worker says once, and without waiting until it is stored."""
        hub, now = self._hub, self._hub.now()

        def note() -> None:
            task = hub.core.find_task(task_id)
            if task is not None:
                hub.lifecycle.started(task, attempt, now, worker_id or None)

        hub.turns.happened(("started", task_id, str(attempt)), note)

    def _ended(self, task: TaskRun, attempt: int, kind: int, report: _Report) -> None:
        lifecycle, now = self._hub.lifecycle, self._hub.now()
        if kind == dispatcher_pb2.STEP_EVENT_TYPE_CANCELLED:
            if attempt == task.retry_count:
                lifecycle.cancel([task], now)
        elif kind == dispatcher_pb2.STEP_EVENT_TYPE_FAILED:
            lifecycle.failed(
                task,
                attempt,
                NUL_IN_ERROR if "\x00" in report.event_payload else report.event_payload,
                now,
                refused=report.should_not_retry,
                retry_after_ms=_retry_after_ms(report),
            )
        elif (fault := jsontext.output_fault(report.event_payload)) is None:
            lifecycle.completed(task, attempt, report.event_payload, now)
        else:
            lifecycle.failed(task, attempt, fault, now)

    async def send_group_key_action_event(
        self,
        request: dispatcher_pb2.GroupKeyActionEvent,
        context: calls.Context,
    ) -> dispatcher_pb2.ActionEventResponse:
        """Refused, as by the real engine."""
        raise Refused(Code.UNIMPLEMENTED, "SendGroupKeyActionEvent is not implemented")

    async def put_overrides_data(
        self,
        request: dispatcher_pb2.OverridesData,
        context: calls.Context,
    ) -> dispatcher_pb2.OverridesDataResponse:
        """Accepted without effect, as by the real engine."""
        return dispatcher_pb2.OverridesDataResponse()

    async def refresh_timeout(
        self,
        request: dispatcher_pb2.RefreshTimeoutRequest,
        context: calls.Context,
    ) -> dispatcher_pb2.RefreshTimeoutResponse:
        """Add to the execution deadline of a running task."""
        task_id = parse_uuid(request.task_run_external_id, "invalid task external run id")
        seconds = durations.increment(request.increment_timeout_by)
        if seconds is None:
            raise invalid(
                f"Invalid request: {request.increment_timeout_by!r} is not a duration; write it like 90s or 5m"
            )
        due = self._hub.lifecycle.refresh_timeout(
            self._known(task_id), seconds, request.increment_timeout_by, self._hub.now()
        )
        await self._hub.turns.stored()
        return dispatcher_pb2.RefreshTimeoutResponse(timeout_at=messages.timestamp(due))

    async def release_slot(
        self,
        request: dispatcher_pb2.ReleaseSlotRequest,
        context: calls.Context,
    ) -> dispatcher_pb2.ReleaseSlotResponse:
        """Free the slots of a running task, which goes on."""
        task_id = parse_uuid(request.task_run_external_id, "invalid task external run id")
        self._hub.lifecycle.release_slot(self._known(task_id), self._hub.now())
        await self._hub.turns.stored()
        return dispatcher_pb2.ReleaseSlotResponse()

    async def restore_evicted_task(
        self,
        request: dispatcher_pb2.RestoreEvictedTaskRequest,
        context: calls.Context,
    ) -> dispatcher_pb2.RestoreEvictedTaskResponse:
        """Queue an evicted durable task again; the answer is the same for any other task."""
        task_id = parse_uuid(request.task_run_external_id, "invalid task_run_external_id")
        hub = self._hub
        task = hub.core.find_task(task_id)
        if task is not None:
            hub.eviction.restore(task, "Restore via dispatcher RPC", hub.now())
            await hub.turns.stored()
        return dispatcher_pb2.RestoreEvictedTaskResponse(requeued=True)

    def _event_answer(self, worker_id: str) -> dispatcher_pb2.ActionEventResponse:
        return dispatcher_pb2.ActionEventResponse(tenant_id=self._hub.tenant_id, worker_id=worker_id)

    def _task(self, task_id: str) -> TaskRun:
        task = self._hub.core.find_task(parse_uuid(task_id, "invalid task external run id"))
        if task is None:
            raise invalid(f"invalid task external run id {task_id}: there is no such task run")
        return task

    def _known(self, task_id: str) -> TaskRun:
        task = self._hub.core.find_task(task_id)
        if task is None:
            raise not_found(f"task run not found: {task_id}")
        return task


def _attempt_of_member(
    request: dispatcher_pb2.BatchActionEvent, item: dispatcher_pb2.BatchActionEventItem, task: TaskRun
) -> int:
    """The attempt that a report about a run of a batch is on.

    A worker is not told the attempts of a batch's runs, and some report 0 for all, so the batch's id counts more.
    """
    if request.batch_id and task.limits is not None and request.batch_id == task.limits.batch_id:
        return task.retry_count
    if item.HasField("retry_count"):
        return item.retry_count
    return STALE if request.batch_id else task.retry_count


def _retry_after_ms(request: _Report) -> int | None:
    """The wait that a failed attempt asks for before its retry, in milliseconds."""
    return request.retry_after_ms if _TAKES_RETRY_AFTER and request.HasField("retry_after_ms") else None

"""The Dispatcher service: workers, what they report, and the streams that tell how runs go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Final, TypeVar

import grpc.aio

from hatchet.engine import durations, jsontext, messages
from hatchet.engine.changes import BatchDispatch, Dispatch, Revoke, TaskEventType, ToWorker
from hatchet.engine.definitions import LabelValue
from hatchet.engine.errors import Code, Refused, invalid, not_found, unserved
from hatchet.engine.hub import Hub
from hatchet.engine.model import RuntimeInfo, Status, TaskRun, Worker
from hatchet.engine.outbox import Outbox
from hatchet.engine.settings import ENGINE_VERSION, MAX_MESSAGE_BYTES
from hatchet.engine.triggering import parse_uuid
from hatchet_api.grpc import dispatcher_pb2

logger: logging.Logger = logging.getLogger(__name__)

RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")

NUL_IN_ERROR = (
    "The task's error message holds a NUL character (\\u0000), which cannot be stored; escape it or remove it."
)
DEFAULT_SLOTS = 100
PAYLOAD_ROOM = 64 * 1024
"""Bytes of a message left for everything that is not the payload."""


STALE = -1
"""The attempt of a report that is on a batch which the run has left."""

_OF_BATCHES = (
    dispatcher_pb2.STEP_EVENT_TYPE_STARTED,
    dispatcher_pb2.STEP_EVENT_TYPE_COMPLETED,
    dispatcher_pb2.STEP_EVENT_TYPE_FAILED,
    dispatcher_pb2.STEP_EVENT_TYPE_CANCELLED,
)


class DispatcherService:
    """Serves `/Dispatcher/*`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def register(
        self,
        request: dispatcher_pb2.WorkerRegisterRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.WorkerRegisterRequest, dispatcher_pb2.WorkerRegisterResponse],
    ) -> dispatcher_pb2.WorkerRegisterResponse:
        """Make a new worker known; it gets tasks once it listens and has sent a heartbeat."""
        slots = dict(request.slot_config)
        if request.HasField("slots"):
            if slots:
                raise invalid("either slot_config or slots (deprecated) must be provided, not both")
            slots = {"default": request.slots}
        worker = self._hub.fleet.register(
            request.worker_name,
            request.actions,
            slots or {"default": DEFAULT_SLOTS},
            _labels(request.labels),
            _runtime(request),
            self._hub.now(),
        )
        await self._hub.turns.stored()
        return dispatcher_pb2.WorkerRegisterResponse(
            tenant_id=self._hub.tenant_id, worker_id=worker.id, worker_name=worker.name
        )

    def listen(
        self,
        request: dispatcher_pb2.WorkerListenRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction],
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Refused: the first form of listening, without heartbeats of the worker's own."""
        raise unserved("Listen", "use ListenV2 and send heartbeats")

    async def listen_v2(
        self,
        request: dispatcher_pb2.WorkerListenRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction],
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Hand tasks and cancellations to a worker until one side ends the stream."""
        hub = self._hub
        worker = self._worker(request.worker_id)
        box = hub.worker_streams.open(worker.id)
        mark = hub.fleet.listening(worker, hub.now())
        hub.turns.soon()
        unsent: ToWorker | None = None
        try:
            await _confirm(context)
            while (unsent := await box.get()) is not None:
                message = self._action(unsent)
                if message is not None:
                    yield message
                    for task, _ in _attempts(unsent):
                        hub.core.note(task, TaskEventType.SENT_TO_WORKER, hub.now(), worker_id=worker.id)
                        hub.turns.lazily()
                unsent = None
        finally:
            self._stream_ended(worker, box, mark, unsent)

    def _action(self, item: ToWorker) -> dispatcher_pb2.AssignedAction | None:
        if isinstance(item, Revoke):
            return messages.revoked(item, self._hub.tenant_id)
        tasks = [task for task, attempt in _attempts(item) if _is_current(task, attempt)]
        if not tasks:
            return None
        if isinstance(item, BatchDispatch):
            message = messages.batch(item, tasks, self._hub.tenant_id)
        else:
            message = messages.assigned(item.task, self._hub.tenant_id, item.retry_count)
        size = len(message.action_payload.encode()) + len(message.additional_metadata.encode())
        if size + PAYLOAD_ROOM > MAX_MESSAGE_BYTES:
            for task in tasks:
                error = (
                    f"The input of task {task.definition.name} together with its parents' outputs takes {size} bytes,"
                    f" more than a message may hold ({MAX_MESSAGE_BYTES}); pass less, or pass references"
                )
                self._hub.lifecycle.failed(task, task.retry_count, error, self._hub.now(), refused=True)
            self._hub.turns.soon()
            return None
        return message

    def _stream_ended(self, worker: Worker, box: Outbox[ToWorker], mark: float, unsent: ToWorker | None) -> None:
        hub = self._hub
        hub.worker_streams.close(worker.id, box)
        hub.fleet.gone(worker, mark)
        left = box.drain()
        for item in left if unsent is None else [unsent, *left]:
            for task, attempt in _attempts(item):
                hub.fleet.undelivered(task, attempt, hub.now())
        hub.turns.soon()

    async def heartbeat(
        self,
        request: dispatcher_pb2.HeartbeatRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.HeartbeatRequest, dispatcher_pb2.HeartbeatResponse],
    ) -> dispatcher_pb2.HeartbeatResponse:
        """Note that a worker is alive."""
        hub = self._hub
        worker = self._worker(request.worker_id)
        if hub.fleet.heartbeat(worker, hub.now(), hub.clock.steady()):
            hub.turns.soon()
        else:
            hub.turns.lazily()
        return dispatcher_pb2.HeartbeatResponse()

    async def unsubscribe(
        self,
        request: dispatcher_pb2.WorkerUnsubscribeRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.WorkerUnsubscribeRequest, dispatcher_pb2.WorkerUnsubscribeResponse
        ],
    ) -> dispatcher_pb2.WorkerUnsubscribeResponse:
        """End the streams of a worker that leaves."""
        worker = self._worker(request.worker_id)
        self._hub.worker_streams.end(worker.id)
        return dispatcher_pb2.WorkerUnsubscribeResponse(tenant_id=self._hub.tenant_id, worker_id=worker.id)

    async def upsert_worker_labels(
        self,
        request: dispatcher_pb2.UpsertWorkerLabelsRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.UpsertWorkerLabelsRequest, dispatcher_pb2.UpsertWorkerLabelsResponse
        ],
    ) -> dispatcher_pb2.UpsertWorkerLabelsResponse:
        """Add or overwrite labels of a worker."""
        worker = self._worker(request.worker_id)
        self._hub.fleet.set_labels(worker, _labels(request.labels))
        await self._hub.turns.stored()
        return dispatcher_pb2.UpsertWorkerLabelsResponse(tenant_id=self._hub.tenant_id, worker_id=worker.id)

    async def get_version(
        self,
        request: dispatcher_pb2.GetVersionRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.GetVersionRequest, dispatcher_pb2.GetVersionResponse],
    ) -> dispatcher_pb2.GetVersionResponse:
        """The engine version by which clients decide what they may use."""
        return dispatcher_pb2.GetVersionResponse(version=ENGINE_VERSION)

    async def send_step_action_event(
        self,
        request: dispatcher_pb2.StepActionEvent,
        context: grpc.aio.ServicerContext[dispatcher_pb2.StepActionEvent, dispatcher_pb2.ActionEventResponse],
    ) -> dispatcher_pb2.ActionEventResponse:
        """Take in what a worker reports about an attempt; a report on an earlier attempt is accepted and ignored."""
        hub = self._hub
        task = self._task(request.task_run_external_id)
        retry_count = request.retry_count if request.HasField("retry_count") else task.retry_count
        match request.event_type:
            case dispatcher_pb2.STEP_EVENT_TYPE_STARTED:
                hub.lifecycle.started(task, retry_count, hub.now(), request.worker_id or None)
                # Nothing depends on this report, so it does not cost a transaction of its own.
                hub.turns.lazily()
                return self._event_answer(request.worker_id)
            case dispatcher_pb2.STEP_EVENT_TYPE_ACKNOWLEDGED:
                return self._event_answer(request.worker_id)
            case dispatcher_pb2.STEP_EVENT_TYPE_COMPLETED:
                fault = jsontext.output_fault(request.event_payload)
                if fault is None:
                    hub.lifecycle.completed(task, retry_count, request.event_payload, hub.now())
                else:
                    hub.lifecycle.failed(task, retry_count, fault, hub.now())
            case dispatcher_pb2.STEP_EVENT_TYPE_FAILED:
                hub.lifecycle.failed(
                    task,
                    retry_count,
                    NUL_IN_ERROR if "\x00" in request.event_payload else request.event_payload,
                    hub.now(),
                    refused=request.should_not_retry,
                    retry_after_ms=_retry_after_ms(request),
                )
            case dispatcher_pb2.STEP_EVENT_TYPE_CANCELLED:
                if retry_count == task.retry_count:
                    hub.lifecycle.cancel([task], hub.now())
            case _:
                raise invalid(f"invalid task external run id {request.task_run_external_id}")
        await hub.turns.stored()
        return self._event_answer(request.worker_id)

    async def send_batch_action_event(
        self,
        request: dispatcher_pb2.BatchActionEvent,
        context: grpc.aio.ServicerContext[dispatcher_pb2.BatchActionEvent, dispatcher_pb2.ActionEventResponse],
    ) -> dispatcher_pb2.ActionEventResponse:
        """Take in what a worker reports about the runs of a batch; unknown ones are skipped."""
        hub = self._hub
        kind = request.event_type
        if request.items and kind not in _OF_BATCHES:
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
        lifecycle, now = self._hub.lifecycle, self._hub.now()
        attempt = _attempt_of_member(request, item, task)
        match request.event_type:
            case dispatcher_pb2.STEP_EVENT_TYPE_STARTED:
                lifecycle.started(task, attempt, now, request.worker_id or None)
            case dispatcher_pb2.STEP_EVENT_TYPE_COMPLETED:
                fault = jsontext.output_fault(item.event_payload)
                if fault is None:
                    lifecycle.completed(task, attempt, item.event_payload, now)
                else:
                    lifecycle.failed(task, attempt, fault, now)
            case dispatcher_pb2.STEP_EVENT_TYPE_FAILED:
                lifecycle.failed(
                    task,
                    attempt,
                    NUL_IN_ERROR if "\x00" in item.event_payload else item.event_payload,
                    now,
                    refused=item.should_not_retry,
                    retry_after_ms=_retry_after_ms(item),
                )
            case _:
                if attempt == task.retry_count:
                    lifecycle.cancel([task], now)

    async def send_group_key_action_event(
        self,
        request: dispatcher_pb2.GroupKeyActionEvent,
        context: grpc.aio.ServicerContext[dispatcher_pb2.GroupKeyActionEvent, dispatcher_pb2.ActionEventResponse],
    ) -> dispatcher_pb2.ActionEventResponse:
        """Refused, as by the real engine."""
        raise Refused(Code.UNIMPLEMENTED, "SendGroupKeyActionEvent is not implemented")

    async def put_overrides_data(
        self,
        request: dispatcher_pb2.OverridesData,
        context: grpc.aio.ServicerContext[dispatcher_pb2.OverridesData, dispatcher_pb2.OverridesDataResponse],
    ) -> dispatcher_pb2.OverridesDataResponse:
        """Accepted without effect, as by the real engine."""
        return dispatcher_pb2.OverridesDataResponse()

    async def refresh_timeout(
        self,
        request: dispatcher_pb2.RefreshTimeoutRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.RefreshTimeoutRequest, dispatcher_pb2.RefreshTimeoutResponse],
    ) -> dispatcher_pb2.RefreshTimeoutResponse:
        """Add to the execution deadline of a running task."""
        task_id = parse_uuid(request.task_run_external_id, "invalid task external run id")
        seconds = durations.increment(request.increment_timeout_by)
        if seconds is None:
            raise invalid(
                f"Invalid request: {request.increment_timeout_by!r} is not a duration; write it like 90s or 5m"
            )
        task = self._hub.core.find_task(task_id)
        if task is None:
            raise not_found(f"task run not found: {task_id}")
        due = self._hub.lifecycle.refresh_timeout(task, seconds, request.increment_timeout_by, self._hub.now())
        await self._hub.turns.stored()
        return dispatcher_pb2.RefreshTimeoutResponse(timeout_at=messages.timestamp(due))

    async def release_slot(
        self,
        request: dispatcher_pb2.ReleaseSlotRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.ReleaseSlotRequest, dispatcher_pb2.ReleaseSlotResponse],
    ) -> dispatcher_pb2.ReleaseSlotResponse:
        """Free the slots of a running task, which goes on."""
        task_id = parse_uuid(request.task_run_external_id, "invalid task external run id")
        task = self._hub.core.find_task(task_id)
        if task is None:
            raise not_found(f"task run not found: {task_id}")
        self._hub.lifecycle.release_slot(task, self._hub.now())
        await self._hub.turns.stored()
        return dispatcher_pb2.ReleaseSlotResponse()

    async def restore_evicted_task(
        self,
        request: dispatcher_pb2.RestoreEvictedTaskRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.RestoreEvictedTaskRequest, dispatcher_pb2.RestoreEvictedTaskResponse
        ],
    ) -> dispatcher_pb2.RestoreEvictedTaskResponse:
        """Refused: no task is ever evicted."""
        raise unserved("RestoreEvictedTask", "durable tasks run as ordinary tasks and are never evicted")

    async def subscribe_to_workflow_runs(
        self,
        requests: AsyncIterator[dispatcher_pb2.SubscribeToWorkflowRunsRequest],
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.SubscribeToWorkflowRunsRequest, dispatcher_pb2.WorkflowRunEvent
        ],
    ) -> AsyncIterator[dispatcher_pb2.WorkflowRunEvent]:
        """Tell once how each run ended that the client names; runs that have ended are answered at once."""
        box = self._hub.results.open()
        reader = asyncio.create_task(self._read_wanted_runs(requests, box))
        try:
            await _confirm(context)
            while (event := await box.get()) is not None:
                yield event
        finally:
            reader.cancel()
            self._hub.results.close(box)

    async def _read_wanted_runs(
        self,
        requests: AsyncIterator[dispatcher_pb2.SubscribeToWorkflowRunsRequest],
        box: Outbox[dispatcher_pb2.WorkflowRunEvent],
    ) -> None:
        hub = self._hub
        try:
            async for request in requests:
                try:
                    run_id = parse_uuid(request.workflow_run_id, "invalid workflow run id")
                except Refused:
                    continue
                run = hub.core.find_run(run_id)
                if run is not None and run.finished_at is not None and run.id not in hub.core.changes.runs:
                    box.put(messages.run_finished(run, hub.now()))
                else:
                    hub.results.want(box, run_id)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("a result subscription could not be read on; it is ended, clients subscribe anew")
            box.close()

    async def subscribe_to_workflow_events(
        self,
        request: dispatcher_pb2.SubscribeToWorkflowEventsRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.SubscribeToWorkflowEventsRequest, dispatcher_pb2.WorkflowEvent
        ],
    ) -> AsyncIterator[dispatcher_pb2.WorkflowEvent]:
        """Tell what happens from now on in one run, or in all runs whose metadata holds a pair."""
        hub = self._hub
        if request.HasField("workflow_run_id"):
            run_id = parse_uuid(request.workflow_run_id, "invalid workflow run id")
            run = hub.core.find_run(run_id)
            if run is not None and run.status.final:
                return
            stream = hub.events.follow_run(run_id)
        elif request.HasField("additional_meta_key") and request.HasField("additional_meta_value"):
            run_id, run = "", None
            stream = hub.events.follow_metadata(request.additional_meta_key, request.additional_meta_value)
        else:
            raise invalid("either workflow_run_id or additional_meta_key and additional_meta_value must be given")
        try:
            await _confirm(context)
            if run is None and run_id:
                first = await stream.box.get(hub.settings.wait_for_unknown_run)
                if first is None:
                    raise not_found(f"workflow run {run_id} not found")
                yield first
            while (event := await stream.box.get()) is not None:
                yield event
        finally:
            hub.events.close(stream)

    def _event_answer(self, worker_id: str) -> dispatcher_pb2.ActionEventResponse:
        return dispatcher_pb2.ActionEventResponse(tenant_id=self._hub.tenant_id, worker_id=worker_id)

    def _worker(self, worker_id: str) -> Worker:
        return self._hub.fleet.get(parse_uuid(worker_id, "invalid worker ID format"))

    def _task(self, task_id: str) -> TaskRun:
        task = self._hub.core.find_task(parse_uuid(task_id, "invalid task external run id"))
        if task is None:
            raise invalid(f"invalid task external run id {task_id}: there is no such task run")
        return task


async def _confirm(context: grpc.aio.ServicerContext[RequestT, ResponseT]) -> None:
    """Send the headers of a stream at once, so that a client can know that it is subscribed from here on."""
    await context.send_initial_metadata(())


def _labels(labels: Mapping[str, dispatcher_pb2.WorkerLabels]) -> dict[str, LabelValue]:
    found: dict[str, LabelValue] = {}
    for key, label in labels.items():
        found[key] = label.int_value if label.HasField("int_value") else label.str_value
    return found


def _runtime(request: dispatcher_pb2.WorkerRegisterRequest) -> RuntimeInfo:
    info = request.runtime_info
    language: str | None = None
    if info.HasField("language"):
        # What newer clients are written in has no name here.
        known = info.language in dispatcher_pb2.SDKS.values()
        language = dispatcher_pb2.SDKS.Name(info.language if known else dispatcher_pb2.UNKNOWN)
    return RuntimeInfo(
        sdk_version=info.sdk_version if info.HasField("sdk_version") else None,
        language=language,
        language_version=info.language_version if info.HasField("language_version") else None,
        os=info.os if info.HasField("os") else None,
        extra=info.extra if info.HasField("extra") else None,
    )


# Newer than some versions of the contracts that hatchet_api may have been generated from.
_TAKES_RETRY_AFTER: Final = "retry_after_ms" in dispatcher_pb2.StepActionEvent.DESCRIPTOR.fields_by_name


def _attempts(item: ToWorker) -> tuple[tuple[TaskRun, int], ...]:
    """The attempts that a message to a worker starts."""
    match item:
        case Dispatch():
            return ((item.task, item.retry_count),)
        case BatchDispatch():
            return item.tasks
        case Revoke():
            return ()


def _is_current(task: TaskRun, attempt: int) -> bool:
    return task.status is Status.RUNNING and task.retry_count == attempt


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


def _retry_after_ms(
    request: dispatcher_pb2.StepActionEvent | dispatcher_pb2.BatchActionEventItem,
) -> int | None:
    """The wait that a failed attempt asks for before its retry, in milliseconds."""
    return request.retry_after_ms if _TAKES_RETRY_AFTER and request.HasField("retry_after_ms") else None

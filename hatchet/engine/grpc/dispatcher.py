"""The Dispatcher service: workers, from registration to their end; with what is said of attempts and of runs."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping

from hatchet.engine.delivery import messages
from hatchet.engine.delivery.outbox import Outbox
from hatchet.engine.grpc.attempts import AttemptCalls
from hatchet.engine.grpc.streams import RunStreams, confirm
from hatchet.engine.rules.triggering import parse_uuid
from hatchet.engine.state.changes import BatchDispatch, Dispatch, Revoke, TaskEventType, ToWorker
from hatchet.engine.state.definitions import LabelValue
from hatchet.engine.state.errors import invalid, unserved
from hatchet.engine.state.model import RuntimeInfo, Status, TaskRun, Worker
from hatchet.engine.state.settings import ENGINE_VERSION, MAX_MESSAGE_BYTES
from hatchet_api import calls
from hatchet_api.grpc import dispatcher_pb2

logger: logging.Logger = logging.getLogger(__name__)

DEFAULT_SLOTS = 100
PAYLOAD_ROOM = 64 * 1024
"""Bytes of a message left for everything that is not the payload."""


class DispatcherService(AttemptCalls, RunStreams):
    """Serves `/Dispatcher/*`."""

    async def register(
        self,
        request: dispatcher_pb2.WorkerRegisterRequest,
        context: calls.Context,
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
        logger.info("worker %s (%s) has registered", worker.name, worker.id)
        return dispatcher_pb2.WorkerRegisterResponse(
            tenant_id=self._hub.tenant_id, worker_id=worker.id, worker_name=worker.name
        )

    def listen(
        self,
        request: dispatcher_pb2.WorkerListenRequest,
        context: calls.Context,
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Refused: the first form of listening, without heartbeats of the worker's own."""
        raise unserved("Listen", "use ListenV2 and send heartbeats")

    async def listen_v2(
        self,
        request: dispatcher_pb2.WorkerListenRequest,
        context: calls.Context,
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Hand tasks and cancellations to a worker until one side ends the stream."""
        hub = self._hub
        worker = self._worker(request.worker_id)
        worker_id = worker.id
        box = hub.worker_streams.open(worker_id)
        mark = hub.fleet.listening(worker, hub.now())
        logger.info("worker %s (%s) listens", worker.name, worker_id)
        hub.turns.soon()
        unsent: ToWorker | None = None
        try:
            await confirm(context)
            while (unsent := await box.get()) is not None:
                message = self._action(unsent)
                if message is not None:
                    yield message
                    for task, attempt in _attempts(unsent):
                        self._sent(task.id, attempt, worker_id)
                unsent = None
        finally:
            self._stream_ended(worker_id, box, mark, unsent)

    def _sent(self, task_id: str, attempt: int, worker_id: str) -> None:
        hub, now = self._hub, self._hub.now()

        def note() -> None:
            task = hub.core.tasks.get(task_id)
            if task is not None:
                hub.core.note(task, TaskEventType.SENT_TO_WORKER, now, worker_id=worker_id)

        hub.turns.happened(("sent", task_id, str(attempt)), note)
        hub.turns.lazily()

    def _action(self, item: ToWorker) -> dispatcher_pb2.AssignedAction | None:
        if isinstance(item, Revoke):
            return messages.revoked(item, self._hub.tenant_id)
        # By their ids: what was read from the database meanwhile stands in place of what was handed out.
        current = ((self._hub.core.tasks.get(task.id), attempt) for task, attempt in _attempts(item))
        tasks = [task for task, attempt in current if task is not None and _is_current(task, attempt)]
        if not tasks:
            return None
        if isinstance(item, BatchDispatch):
            message = messages.batch(item, tasks, self._hub.tenant_id)
        else:
            message = messages.assigned(tasks[0], self._hub.tenant_id, item.retry_count)
        size = len(message.action_payload.encode()) + len(message.additional_metadata.encode())
        if size + PAYLOAD_ROOM > MAX_MESSAGE_BYTES:
            for task in tasks:
                error = (
                    f"The input of task {task.definition.name} together with its parents' outputs takes {size} bytes,"
                    f" more than a message may hold ({MAX_MESSAGE_BYTES}); pass less, or pass references"
                )
                self._too_large(task.id, task.retry_count, error)
            self._hub.turns.soon()
            return None
        return message

    def _too_large(self, task_id: str, attempt: int, error: str) -> None:
        hub = self._hub

        def fail() -> None:
            task = hub.core.tasks.get(task_id)
            if task is not None:
                hub.lifecycle.failed(task, attempt, error, hub.now(), refused=True)

        hub.turns.happened(("too large", task_id, str(attempt)), fail)

    def _stream_ended(self, worker_id: str, box: Outbox[ToWorker], mark: float, unsent: ToWorker | None) -> None:
        hub = self._hub
        hub.worker_streams.close(worker_id, box)
        hub.fleet.gone(worker_id, mark)
        left = box.drain()
        logger.info("worker %s listens no longer; %d messages to it were not sent", worker_id, len(left))
        for item in left if unsent is None else [unsent, *left]:
            for task, attempt in _attempts(item):
                hub.undelivered(task.id, attempt)
        hub.turns.soon()

    async def heartbeat(
        self,
        request: dispatcher_pb2.HeartbeatRequest,
        context: calls.Context,
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
        context: calls.Context,
    ) -> dispatcher_pb2.WorkerUnsubscribeResponse:
        """End the streams of a worker that leaves."""
        worker = self._worker(request.worker_id)
        self._hub.worker_streams.end(worker.id)
        return dispatcher_pb2.WorkerUnsubscribeResponse(tenant_id=self._hub.tenant_id, worker_id=worker.id)

    async def upsert_worker_labels(
        self,
        request: dispatcher_pb2.UpsertWorkerLabelsRequest,
        context: calls.Context,
    ) -> dispatcher_pb2.UpsertWorkerLabelsResponse:
        """Add or overwrite labels of a worker."""
        worker = self._worker(request.worker_id)
        self._hub.fleet.set_labels(worker, _labels(request.labels))
        await self._hub.turns.stored()
        return dispatcher_pb2.UpsertWorkerLabelsResponse(tenant_id=self._hub.tenant_id, worker_id=worker.id)

    async def get_version(
        self,
        request: dispatcher_pb2.GetVersionRequest,
        context: calls.Context,
    ) -> dispatcher_pb2.GetVersionResponse:
        """The engine version by which clients decide what they may use."""
        return dispatcher_pb2.GetVersionResponse(version=ENGINE_VERSION)

    def _worker(self, worker_id: str) -> Worker:
        return self._hub.fleet.get(parse_uuid(worker_id, "invalid worker ID format"))


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

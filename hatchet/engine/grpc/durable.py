"""The V1Dispatcher service: the stream of durable tasks, of which only the greeting is served."""

from __future__ import annotations

from collections.abc import AsyncIterator

from hatchet.engine.hub import Hub
from hatchet.engine.state.errors import unserved
from hatchet_api import calls
from hatchet_api.grpc.v1 import dispatcher_pb2

_HINT = "a durable task runs as an ordinary task here, without waits, memos, or recorded child runs"


class DurableService:
    """Serves `/v1.V1Dispatcher/*`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def durable_task(
        self,
        requests: AsyncIterator[dispatcher_pb2.DurableTaskRequest],
        context: calls.Context,
    ) -> AsyncIterator[dispatcher_pb2.DurableTaskResponse]:
        """Greet a worker; answer every request of a durable task with an error that names what is missing."""
        async for request in requests:
            match request.WhichOneof("message"):
                case "register_worker":
                    greeting = dispatcher_pb2.DurableTaskResponseRegisterWorker(
                        worker_id=request.register_worker.worker_id
                    )
                    yield dispatcher_pb2.DurableTaskResponse(register_worker=greeting)
                case "memo":
                    yield _refusal("memo", request.memo.durable_task_external_id, request.memo.invocation_count)
                case "trigger_runs":
                    opts = request.trigger_runs
                    yield _refusal("trigger_runs", opts.durable_task_external_id, opts.invocation_count)
                case "wait_for":
                    wait = request.wait_for
                    yield _refusal("wait_for", wait.durable_task_external_id, wait.invocation_count)
                case "evict_invocation":
                    eviction = request.evict_invocation
                    yield _refusal("evict_invocation", eviction.durable_task_external_id, eviction.invocation_count)
                case _:
                    # Status messages have no answer; what a newer client adds is passed over.
                    continue

    async def register_durable_event(
        self,
        request: dispatcher_pb2.RegisterDurableEventRequest,
        context: calls.Context,
    ) -> dispatcher_pb2.RegisterDurableEventResponse:
        """Refused: the form of older engines."""
        raise unserved("RegisterDurableEvent", _HINT)

    def listen_for_durable_event(
        self,
        requests: AsyncIterator[dispatcher_pb2.ListenForDurableEventRequest],
        context: calls.Context,
    ) -> AsyncIterator[dispatcher_pb2.DurableEvent]:
        """Refused: the form of older engines."""
        raise unserved("ListenForDurableEvent", _HINT)


def _refusal(what: str, task_id: str, invocation: int) -> dispatcher_pb2.DurableTaskResponse:
    error = dispatcher_pb2.DurableTaskErrorResponse(
        ref=dispatcher_pb2.DurableEventLogEntryRef(durable_task_external_id=task_id, invocation_count=invocation),
        error_type=dispatcher_pb2.DURABLE_TASK_ERROR_TYPE_UNSPECIFIED,
        error_message=unserved(f"the durable request {what}", _HINT).message,
    )
    return dispatcher_pb2.DurableTaskResponse(error=error)

"""The V1Dispatcher service: the stream over which a worker's durable tasks record and replay their steps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from hatchet.engine.delivery.durable import DurableStream
from hatchet.engine.grpc.conditions import durable_waits_of
from hatchet.engine.grpc.streams import confirm
from hatchet.engine.grpc.workflows import trigger_of
from hatchet.engine.hub import Hub
from hatchet.engine.rules.durable import Awaited
from hatchet.engine.rules.triggering import parse_uuid
from hatchet.engine.state.changes import Answer, Asked, RequestFailed
from hatchet.engine.state.durable import Spot
from hatchet.engine.state.errors import Code, Refused, unserved
from hatchet_api import calls
from hatchet_api.grpc.v1 import dispatcher_pb2

logger: logging.Logger = logging.getLogger(__name__)

_HINT = "durable tasks use the stream DurableTask, as with engines from v0.80.0 on"


class DurableService:
    """Serves `/v1.V1Dispatcher/*`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def durable_task(
        self,
        requests: AsyncIterator[dispatcher_pb2.DurableTaskRequest],
        context: calls.Context,
    ) -> AsyncIterator[dispatcher_pb2.DurableTaskResponse]:
        """Serve the durable tasks of a worker until one side ends the stream, or the worker opens another."""
        stream = self._hub.durable_streams.open()
        reader = asyncio.create_task(self._read(requests, stream))
        try:
            await confirm(context)
            while (message := await stream.box.get()) is not None:
                yield message
            if stream.failure is not None:
                raise stream.failure
        finally:
            reader.cancel()
            self._hub.durable_streams.close(stream)
            self._hub.event_logs.ended(stream.number, stream.worker_id)

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

    async def _read(self, requests: AsyncIterator[dispatcher_pb2.DurableTaskRequest], stream: DurableStream) -> None:
        hub = self._hub
        try:
            async for request in requests:
                if stream.box.closed:
                    return  # another stream has taken its place; what it says is said of a former state
                self._serve(request, stream)
                hub.turns.soon()
            await hub.turns.stored()
            stream.box.close()
        except asyncio.CancelledError:
            raise
        except Refused as refusal:
            stream.fail(refusal)
        except Exception:
            logger.exception("a stream of durable tasks could not be read on; its worker opens another")
            stream.fail(Refused(Code.UNAVAILABLE, "internal error of the embedded engine; see its log"))

    def _serve(self, request: dispatcher_pb2.DurableTaskRequest, stream: DurableStream) -> None:
        hub, durable, now = self._hub, self._hub.durable, self._hub.now()
        match request.WhichOneof("message"):
            case "register_worker":
                worker = hub.fleet.get(parse_uuid(request.register_worker.worker_id, "invalid worker ID format"))
                hub.durable_streams.belongs(stream, worker.id)
                hub.event_logs.belongs(stream.number, worker.id, now)
            case "memo":
                memo = request.memo
                asked = Asked(stream.number, memo.durable_task_external_id, memo.invocation_count)
                durable.memo(asked, memo.key, memo.payload if memo.HasField("payload") else None, now)
            case "complete_memo":
                done = request.complete_memo
                ref = done.ref
                asked = Asked(stream.number, ref.durable_task_external_id, ref.invocation_count)
                durable.complete_memo(asked, Spot(ref.branch_id, ref.node_id), done.memo_key, done.payload, now)
            case "trigger_runs":
                runs = request.trigger_runs
                asked = Asked(stream.number, runs.durable_task_external_id, runs.invocation_count)
                try:
                    triggers = [trigger_of(each) for each in runs.trigger_opts]
                except Refused as refusal:
                    self._refuse(asked, refusal)
                    return
                durable.trigger_runs(asked, triggers, now)
            case "wait_for":
                wait = request.wait_for
                asked = Asked(stream.number, wait.durable_task_external_id, wait.invocation_count)
                try:
                    waits, since = durable_waits_of(wait.wait_for_conditions)
                except Refused as refusal:
                    self._refuse(asked, refusal)
                    return
                durable.wait_for(asked, waits, since, wait.label, now)
            case "evict_invocation":
                eviction = request.evict_invocation
                asked = Asked(stream.number, eviction.durable_task_external_id, eviction.invocation_count)
                durable.evict(asked, eviction.reason, now)
            case "worker_status":
                self._status(request.worker_status, stream, now)
            case _:
                logger.warning("a stream of durable tasks brought a message that this engine does not know")

    def _refuse(self, asked: Asked, refusal: Refused) -> None:
        self._hub.core.outputs.append(Answer(asked, RequestFailed(refusal.message)))

    def _status(self, status: dispatcher_pb2.DurableTaskWorkerStatusRequest, stream: DurableStream, now: float) -> None:
        awaited = [
            Awaited(each.durable_task_external_id, each.invocation_count, Spot(each.branch_id, each.node_id))
            for each in status.waiting_entries
        ]
        received = {
            (each.durable_task_external_id, each.invocation_count): each.highest_received_satisfied_order
            for each in status.received_satisfied_orders
        }
        self._hub.durable.worker_status(stream.number, awaited, received, now)

"""A client and a worker that speak the wire with raw stubs, so that the engine is tested alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import grpc.aio
from google.protobuf.message import Message

from hatchet.engine import Endpoint
from hatchet_api.calls import StreamCall, StreamStream
from hatchet_api.grpc import dispatcher_pb2, events_pb2, workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared import trigger_pb2
from hatchet_api.services.admin import AdminServiceStub
from hatchet_api.services.dispatcher import DispatcherStub
from hatchet_api.services.events import EventsServiceStub
from hatchet_api.services.v1_dispatcher import V1DispatcherStub
from hatchet_api.services.v1_streams import V1StreamsStub
from hatchet_api.services.workflows import WorkflowServiceStub

ReqT = TypeVar("ReqT")
ResT = TypeVar("ResT")

PATIENCE = 10.0
"""Seconds after which something that should have come is missing."""


def read_by_hand(call: StreamCall[ResT]) -> grpc.aio.UnaryStreamCall[Any, ResT]:
    """A call of gRPC's own, which has more than stubs promise: it reads message by message."""
    return cast("grpc.aio.UnaryStreamCall[Any, ResT]", call)


def converse(
    method: StreamStream[ReqT, ResT], metadata: tuple[tuple[str, str], ...]
) -> grpc.aio.StreamStreamCall[ReqT, ResT]:
    """The same for a call in both directions, which writes message by message besides."""
    return cast("grpc.aio.StreamStreamMultiCallable[ReqT, ResT]", method)(metadata=metadata)


def task(name: str, *, workflow: str, parents: Sequence[str] = (), **fields: object) -> admin_pb2.CreateTaskOpts:
    """A task definition as a client sends it."""
    opts = admin_pb2.CreateTaskOpts(readable_id=name, action=f"{workflow}:{name}", timeout="60s", parents=parents)
    for key, value in fields.items():
        if isinstance(value, Mapping):
            for entry, content in value.items():
                getattr(opts, key)[entry] = content
        else:
            setattr(opts, key, value)
    return opts


class RawWorker:
    """A registered worker whose stream the test reads message by message."""

    def __init__(self, peer: Peer, worker_id: str) -> None:
        self.peer = peer
        self.id = worker_id
        self._stream: grpc.aio.UnaryStreamCall[Any, dispatcher_pb2.AssignedAction] | None = None

    async def listen(self) -> None:
        """Open a stream and send the heartbeat that makes the worker schedulable."""
        request = dispatcher_pb2.WorkerListenRequest(worker_id=self.id)
        self._stream = read_by_hand(self.peer.dispatcher.listen_v2(request, metadata=self.peer.metadata))
        # A heartbeat is refused until the engine has seen the stream of a worker that had one before.
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.heartbeat()
                except grpc.aio.AioRpcError as error:
                    if error.code() is not grpc.StatusCode.FAILED_PRECONDITION:
                        raise
                else:
                    return

    async def heartbeat(self) -> None:
        """Say that the worker is alive."""
        await self.peer.dispatcher.heartbeat(
            dispatcher_pb2.HeartbeatRequest(worker_id=self.id), metadata=self.peer.metadata
        )

    async def next(self) -> dispatcher_pb2.AssignedAction:
        """The next message of the stream."""
        assert self._stream is not None
        async with asyncio.timeout(PATIENCE):
            message = await self._stream.read()
        assert isinstance(message, dispatcher_pb2.AssignedAction), message
        return message

    async def nothing(self, seconds: float = 0.05) -> None:
        """Make sure that no message comes for a moment."""
        assert self._stream is not None
        reading = asyncio.ensure_future(self._stream.read())
        done, _ = await asyncio.wait([reading], timeout=seconds)
        assert not done, f"unexpected {reading.result()}"
        # A read cannot be taken back without ending the call, so this stream is over now.
        reading.cancel()

    def hang_up(self) -> None:
        """End the stream from the worker's side."""
        if self._stream is not None:
            self._stream.cancel()
            self._stream = None

    async def started(self, action: dispatcher_pb2.AssignedAction) -> None:
        """Report that an attempt began."""
        await self._report(action, dispatcher_pb2.STEP_EVENT_TYPE_STARTED, "")

    async def complete(self, action: dispatcher_pb2.AssignedAction, output: object = None) -> None:
        """Report that an attempt succeeded."""
        text = output if isinstance(output, str) else json.dumps(output)
        await self._report(action, dispatcher_pb2.STEP_EVENT_TYPE_COMPLETED, text)

    async def fail(
        self,
        action: dispatcher_pb2.AssignedAction,
        error: str = "it broke",
        *,
        final: bool = False,
        retry_after_ms: int | None = None,
    ) -> None:
        """Report that an attempt failed."""
        await self._report(action, dispatcher_pb2.STEP_EVENT_TYPE_FAILED, error, final, retry_after_ms)

    async def _report(
        self,
        action: dispatcher_pb2.AssignedAction,
        kind: dispatcher_pb2.StepActionEventType.ValueType,
        payload: str,
        final: bool = False,
        retry_after_ms: int | None = None,
    ) -> None:
        event = dispatcher_pb2.StepActionEvent(
            worker_id=self.id,
            job_id=action.job_id,
            job_run_id=action.job_run_id,
            task_id=action.task_id,
            task_run_external_id=action.task_run_external_id,
            action_id=action.action_id,
            event_type=kind,
            event_payload=payload,
            retry_count=action.retry_count,
            should_not_retry=final,
        )
        if retry_after_ms is not None:
            event.retry_after_ms = retry_after_ms
        await self.peer.dispatcher.send_step_action_event(event, metadata=self.peer.metadata)


class Peer:
    """Everything a test does over one channel."""

    def __init__(self, endpoint: Endpoint, token: str | None = None) -> None:
        self.workers: list[RawWorker] = []
        self.endpoint = endpoint
        self.channel = grpc.aio.insecure_channel(endpoint.grpc_address, compression=grpc.Compression.Gzip)
        self.metadata = (("authorization", f"bearer {endpoint.token if token is None else token}"),)
        self.dispatcher = DispatcherStub(self.channel)
        self.events = EventsServiceStub(self.channel)
        self.workflows = WorkflowServiceStub(self.channel)
        self.admin = AdminServiceStub(self.channel)
        self.durable = V1DispatcherStub(self.channel)
        self.streams = V1StreamsStub(self.channel)

    async def put(
        self, name: str, *tasks: admin_pb2.CreateTaskOpts, **fields: object
    ) -> admin_pb2.CreateWorkflowVersionResponse:
        """Register a workflow; without tasks given it has one with its own name."""
        request = admin_pb2.CreateWorkflowVersionRequest(name=name, tasks=tasks or [task(name, workflow=name)])
        for key, value in fields.items():
            if isinstance(value, list):
                getattr(request, key).extend(value)
            elif isinstance(value, Message):
                getattr(request, key).CopyFrom(value)
            else:
                setattr(request, key, value)
        return await self.admin.put_workflow(request, metadata=self.metadata)

    async def worker(
        self, *actions: str, slots: Mapping[str, int] | None = None, labels: Mapping[str, str | int] | None = None
    ) -> RawWorker:
        """Register a worker and let it listen."""
        answer = await self.dispatcher.register(
            dispatcher_pb2.WorkerRegisterRequest(
                worker_name="raw",
                actions=actions,
                slot_config=slots or {"default": 10},
                labels={
                    key: dispatcher_pb2.WorkerLabels(int_value=value)
                    if isinstance(value, int)
                    else dispatcher_pb2.WorkerLabels(str_value=value)
                    for key, value in (labels or {}).items()
                },
            ),
            metadata=self.metadata,
        )
        worker = RawWorker(self, answer.worker_id)
        self.workers.append(worker)  # gRPC ends a stream that nobody holds, and the worker with it
        await worker.listen()
        return worker

    async def trigger(self, name: str, input: object = None, **fields: object) -> str:
        """Start a run and return its id."""
        request = trigger_pb2.TriggerWorkflowRequest(name=name, input=json.dumps(input if input is not None else {}))
        for key, value in fields.items():
            setattr(request, key, value)
        answer = await self.workflows.trigger_workflow(request, metadata=self.metadata)
        return answer.workflow_run_id

    async def trigger_many(self, name: str, count: int) -> list[str]:
        """Start several runs with the inputs {"n": 0}, {"n": 1} and so on."""
        request = workflows_pb2.BulkTriggerWorkflowRequest(
            workflows=[trigger_pb2.TriggerWorkflowRequest(name=name, input=json.dumps({"n": n})) for n in range(count)]
        )
        answer = await self.workflows.bulk_trigger_workflow(request, metadata=self.metadata)
        return list(answer.workflow_run_ids)

    async def result(self, run_id: str) -> dispatcher_pb2.WorkflowRunEvent:
        """Wait for the end of a run."""
        stream = converse(self.dispatcher.subscribe_to_workflow_runs, self.metadata)
        try:
            await stream.write(dispatcher_pb2.SubscribeToWorkflowRunsRequest(workflow_run_id=run_id))
            async with asyncio.timeout(PATIENCE):
                message = await stream.read()
            assert isinstance(message, dispatcher_pb2.WorkflowRunEvent), message
            assert message.workflow_run_id == run_id
            return message
        finally:
            stream.cancel()

    async def details(self, run_id: str) -> admin_pb2.GetRunDetailsResponse:
        """What the engine says about a run now."""
        return await self.admin.get_run_details(
            admin_pb2.GetRunDetailsRequest(external_id=run_id), metadata=self.metadata
        )

    async def cancel(self, *ids: str) -> None:
        """Cancel runs or tasks."""
        await self.admin.cancel_tasks(admin_pb2.CancelTasksRequest(external_ids=ids), metadata=self.metadata)

    async def replay(self, *ids: str) -> list[str]:
        """Run ended runs or tasks again."""
        answer = await self.admin.replay_tasks(admin_pb2.ReplayTasksRequest(external_ids=ids), metadata=self.metadata)
        return list(answer.replayed_tasks)


@asynccontextmanager
async def connected(endpoint: Endpoint, token: str | None = None) -> AsyncIterator[Peer]:
    """A peer whose channel is closed at the end."""
    peer = Peer(endpoint, token)
    try:
        yield peer
    finally:
        await peer.channel.close()


async def push(peer: Peer, key: str, data: object = None, scope: str | None = None) -> None:
    """Push an event."""
    request = events_pb2.PushEventRequest(key=key, payload=json.dumps(data if data is not None else {}))
    if scope is not None:
        request.scope = scope
    await peer.events.push(request, metadata=peer.metadata)


def outputs(event: dispatcher_pb2.WorkflowRunEvent) -> dict[str, object]:
    """The outputs of a result message by task name."""
    return {result.task_name: json.loads(result.output) for result in event.results if result.HasField("output")}


def errors(event: dispatcher_pb2.WorkflowRunEvent) -> dict[str, str]:
    """The errors of a result message by task name."""
    return {result.task_name: result.error for result in event.results if result.HasField("error")}


def payload(action: dispatcher_pb2.AssignedAction) -> dict[str, object]:
    """The envelope that came with a task."""
    found: dict[str, object] = json.loads(action.action_payload)
    return found

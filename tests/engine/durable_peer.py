"""The stream of durable tasks, spoken by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import grpc.aio
from google.protobuf.timestamp_pb2 import Timestamp

from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.grpc.v1 import dispatcher_pb2 as durable_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared import condition_pb2, trigger_pb2
from tests.engine.peer import PATIENCE, Peer, RawWorker, converse, task

Ref = durable_pb2.DurableEventLogEntryRef
Done = durable_pb2.DurableTaskEventLogEntryCompletedResponse
SleepCondition = condition_pb2.SleepMatchCondition
EventCondition = condition_pb2.UserEventMatchCondition
Condition = SleepCondition | EventCondition


def durable(name: str, *, workflow: str, **fields: object) -> admin_pb2.CreateTaskOpts:
    """A durable task definition as a client sends it."""
    opts = task(name, workflow=workflow, is_durable=True, slot_requests={"durable": 1})
    for key, value in fields.items():
        setattr(opts, key, value)
    return opts


def sleep(text: str, group: str | None = None, key: str | None = None) -> SleepCondition:
    """Wait for time."""
    return SleepCondition(base=_base(key or f"sleep:{text}", group), sleep_for=text)


def event(
    name: str,
    expression: str = "",
    *,
    group: str | None = None,
    key: str | None = None,
    scope: str | None = None,
    since: float | None = None,
) -> EventCondition:
    """Wait for an event."""
    condition = EventCondition(base=_base(key or name, group, expression), user_event_key=name)
    if scope is not None:
        condition.event_scope = scope
    if since is not None:
        condition.consider_events_since.CopyFrom(Timestamp(seconds=int(since), nanos=int(since % 1 * 1e9)))
    return condition


def _base(key: str, group: str | None, expression: str = "") -> condition_pb2.BaseMatchCondition:
    return condition_pb2.BaseMatchCondition(
        readable_data_key=key,
        action=condition_pb2.CREATE,
        or_group_id=group or str(uuid4()),
        expression=expression,
    )


def child(
    name: str, input: object = None, *, index: int | None = None, key: str | None = None
) -> trigger_pb2.TriggerWorkflowRequest:
    """A child run to start."""
    request = trigger_pb2.TriggerWorkflowRequest(name=name, input=json.dumps(input if input is not None else {}))
    if index is not None:
        request.child_index = index
    if key is not None:
        request.child_key = key
    return request


class Stream:
    """One stream of one worker."""

    def __init__(self, peer: Peer) -> None:
        self.call = converse(peer.durable.durable_task, peer.metadata)

    async def send(self, **message: object) -> None:
        """One request, by the name of its field."""
        await self.call.write(durable_pb2.DurableTaskRequest(**message))  # type: ignore[arg-type]  # one of its fields

    async def next(self, kind: str | None = None) -> durable_pb2.DurableTaskResponse:
        """The next message, of a kind if one is given."""
        async with asyncio.timeout(PATIENCE):
            message = await self.call.read()
        assert isinstance(message, durable_pb2.DurableTaskResponse), f"the stream has ended: {self.call}"
        assert kind is None or message.WhichOneof("message") == kind, message
        return message

    async def done(self) -> Done:
        """The next message, which is a completion."""
        return (await self.next("entry_completed")).entry_completed

    async def ended(self) -> grpc.aio.AioRpcError | None:
        """Wait for the end of the stream; the error that it ended with."""
        try:
            async with asyncio.timeout(PATIENCE):
                while await self.call.read() is not grpc.aio.EOF:
                    pass
        except grpc.aio.AioRpcError as error:
            return error
        return None

    async def status(
        self, *entries: tuple[Invocation, int], received: dict[Invocation, int] | None = None, branch: int = 1
    ) -> None:
        """Say what is waited for: (invocation, node)."""
        await self.send(
            worker_status=durable_pb2.DurableTaskWorkerStatusRequest(
                worker_id="",
                waiting_entries=[
                    durable_pb2.DurableTaskAwaitedCompletedEntry(
                        durable_task_external_id=invocation.task_id,
                        branch_id=branch,
                        node_id=node,
                        invocation_count=invocation.count,
                    )
                    for invocation, node in entries
                ],
                received_satisfied_orders=[
                    durable_pb2.DurableTaskReceivedSatisfiedOrder(
                        durable_task_external_id=invocation.task_id,
                        invocation_count=invocation.count,
                        highest_received_satisfied_order=order,
                    )
                    for invocation, order in (received or {}).items()
                ],
            )
        )

    def hang_up(self) -> None:
        """End it from the worker's side."""
        self.call.cancel()


class Invocation:
    """One invocation of a durable task, which asks and reads on one stream."""

    def __init__(self, stream: Stream, action: dispatcher_pb2.AssignedAction) -> None:
        self.stream = stream
        self.action = action
        self.task_id = action.task_run_external_id
        self.count = action.durable_task_invocation_count

    async def memo(self, key: bytes, value: bytes | None = None) -> durable_pb2.DurableTaskEventMemoAckResponse:
        """Ask for what was remembered."""
        request = durable_pb2.DurableTaskMemoRequest(
            invocation_count=self.count, durable_task_external_id=self.task_id, key=key
        )
        if value is not None:
            request.payload = value
        await self.stream.send(memo=request)
        return (await self.stream.next("memo_ack")).memo_ack

    async def complete_memo(self, ref: Ref, key: bytes, value: bytes) -> None:
        """Have a value remembered."""
        await self.stream.send(
            complete_memo=durable_pb2.DurableTaskCompleteMemoRequest(ref=ref, memo_key=key, payload=value)
        )

    async def ask_to_run(self, *children: trigger_pb2.TriggerWorkflowRequest) -> None:
        """Ask for children, without reading the answer."""
        await self.stream.send(
            trigger_runs=durable_pb2.DurableTaskTriggerRunsRequest(
                invocation_count=self.count, durable_task_external_id=self.task_id, trigger_opts=children
            )
        )

    async def run(self, *children: trigger_pb2.TriggerWorkflowRequest) -> list[durable_pb2.DurableTaskRunAckEntry]:
        """Start children."""
        await self.ask_to_run(*children)
        return list((await self.stream.next("trigger_runs_ack")).trigger_runs_ack.run_entries)

    async def ask_to_wait(self, *conditions: Condition, label: str | None = None) -> None:
        """Ask for a wait, without reading the answer."""
        wanted = condition_pb2.DurableEventListenerConditions(
            sleep_conditions=[each for each in conditions if isinstance(each, SleepCondition)],
            user_event_conditions=[each for each in conditions if isinstance(each, EventCondition)],
        )
        request = durable_pb2.DurableTaskWaitForRequest(
            invocation_count=self.count, durable_task_external_id=self.task_id, wait_for_conditions=wanted
        )
        if label is not None:
            request.label = label
        await self.stream.send(wait_for=request)

    async def wait(self, *conditions: Condition, label: str | None = None) -> Ref:
        """Begin to wait."""
        await self.ask_to_wait(*conditions, label=label)
        return (await self.stream.next("wait_for_ack")).wait_for_ack.ref

    async def evict(self, reason: str | None = None) -> None:
        """Let go of the task."""
        request = durable_pb2.DurableTaskEvictInvocationRequest(
            invocation_count=self.count, durable_task_external_id=self.task_id
        )
        if reason is not None:
            request.reason = reason
        await self.stream.send(evict_invocation=request)
        ack = (await self.stream.next("eviction_ack")).eviction_ack
        assert (ack.durable_task_external_id, ack.invocation_count) == (self.task_id, self.count)


class DurableWorker:
    """A worker with both of its streams."""

    def __init__(self, worker: RawWorker, stream: Stream) -> None:
        self.raw = worker
        self.stream = stream

    async def next(self) -> Invocation:
        """The next invocation that is handed out."""
        action = await self.raw.next()
        assert action.action_type == dispatcher_pb2.START_STEP_RUN
        return Invocation(self.stream, action)

    async def complete(self, invocation: Invocation, output: object = None) -> None:
        """Report that a task succeeded."""
        await self.raw.complete(invocation.action, output)

    async def reconnect(self) -> Stream:
        """Open another stream of durable tasks, as after a cut that only the worker has noticed."""
        self.stream = await open_stream(self.raw)
        return self.stream


async def open_stream(worker: RawWorker) -> Stream:
    """A stream that the engine has greeted."""
    stream = Stream(worker.peer)
    await stream.send(register_worker=durable_pb2.DurableTaskRequestRegisterWorker(worker_id=worker.id))
    greeting = await stream.next("register_worker")
    assert greeting.register_worker.worker_id == worker.id
    return stream


async def durable_worker(peer: Peer, *actions: str, durable: int = 10) -> DurableWorker:
    """A worker for durable tasks and others."""
    worker = await peer.worker(*actions, slots={"default": 10, "durable": durable})
    return DurableWorker(worker, await open_stream(worker))


async def put_durable(peer: Peer, *names: str, **fields: object) -> None:
    """Register workflows of one durable task each."""
    for name in names:
        await peer.put(name, durable(name, workflow=name, **fields))


@asynccontextmanager
async def begun(
    peer: Peer, name: str = "d", *others: str, **fields: object
) -> AsyncIterator[tuple[DurableWorker, Invocation]]:
    """A durable task that runs, and its worker, which also serves others."""
    await put_durable(peer, name, **fields)
    worker = await durable_worker(peer, f"{name}:{name}", *(f"{other}:{other}" for other in others))
    await peer.trigger(name)
    yield worker, await worker.next()
    worker.stream.hang_up()


def data(done: Done) -> dict[str, list[object]]:
    """What satisfied a wait."""
    found: dict[str, dict[str, list[object]]] = json.loads(done.payload)
    assert list(found) == ["CREATE"]
    return found["CREATE"]


def spots(refs: Sequence[Ref | durable_pb2.DurableTaskRunAckEntry]) -> list[tuple[int, int]]:
    """Branch and node of entries."""
    return [(ref.branch_id, ref.node_id) for ref in refs]

"""What passes between the clients of an engine in this process and the engine: counted, and changed by faults."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final, Generic, TypeVar

from hatchet.testing.faults import Fault, Message
from hatchet_api.calls import (
    CallError,
    Channel,
    Metadata,
    Received,
    StatusCode,
    StreamCall,
    StreamStream,
    StreamUnary,
    UnaryStream,
    UnaryUnary,
)
from hatchet_api.grpc import dispatcher_pb2

HELD_FOR: Final = 5.0  # s of real time; a message that is to be overtaken waits no longer for the next one

CALLS: Final[dict[str, Message]] = {
    "/Dispatcher/Heartbeat": "heartbeat",
    "/Dispatcher/Register": "registration",
    "/Dispatcher/SendBatchActionEvent": "outcome",
    "/Dispatcher/SendStepActionEvent": "outcome",
    "/EventsService/BulkPush": "event",
    "/EventsService/Push": "event",
    "/EventsService/PutLog": "log",
    "/EventsService/PutStreamEvent": "stream_chunk",
    "/WorkflowService/BulkTriggerWorkflow": "trigger",
    "/WorkflowService/TriggerWorkflow": "trigger",
}
ANSWERS: Final[dict[str, Message]] = {
    "/Dispatcher/ListenV2": "assignment",
    "/Dispatcher/SubscribeToWorkflowRuns": "result",
    "/v1.V1Dispatcher/DurableTask": "durable_answer",
}
REQUESTS: Final[dict[str, Message]] = {"/v1.V1Dispatcher/DurableTask": "durable_request"}

Req = TypeVar("Req")
Res = TypeVar("Res")
T = TypeVar("T")


class Line:
    """The way between the clients of one engine and the engine. Lives on the I/O loop."""

    def __init__(self, connect: Callable[[int], Channel]) -> None:
        """`connect` opens a channel to the engine that there is, for messages of at most so many bytes."""
        self._connect = connect
        self._faults: list[Fault] = []
        self._dead: set[str] = set()
        self._streams: set[_Stream[Any]] = set()
        self.passed: int = 0
        """Messages so far, in both directions."""
        self.looked_at: set[str] = set()
        """Runs that somebody has asked about, by their ids."""
        self.lists_were_read: bool = False
        """Whether somebody has asked for many runs at once."""

    def channel(self, message_limit: int) -> Channel:
        """A channel to the engine, whichever it is with each call."""
        return LineChannel(self, lambda: self._connect(message_limit))

    def add(self, fault: Fault) -> None:
        """Let a fault happen to what passes from now on."""
        self._faults.append(fault)

    def cut_off(self, worker_id: str) -> None:
        """Nothing comes from a worker any more, and nothing reaches it."""
        self._dead.add(worker_id)
        for stream in list(self._streams):
            if stream.worker_id == worker_id:
                stream.cancel()

    def next(self, kind: Message | None) -> Fault | None:
        """The fault that happens to a message of this kind, which passes now."""
        self.passed += 1
        fault = next((each for each in self._faults if each.kind == kind), None)
        if fault is not None and not fault.happen():
            self._faults.remove(fault)
            fault = next((each for each in self._faults if each.kind == kind and each.happen()), None)
        return fault

    def check(self, worker_id: str) -> None:
        """Refuse what a worker that was killed sends."""
        if worker_id in self._dead:
            raise CallError(StatusCode.UNAVAILABLE, f"worker {worker_id} was killed by the test")

    def look_at(self, request: object) -> None:
        """Note which run a request asks about."""
        run_id = getattr(request, "workflow_run_id", "") or getattr(request, "external_id", "")
        if run_id:
            self.looked_at.add(str(run_id))

    def opened(self, stream: _Stream[Any]) -> None:
        """A stream is read from now on."""
        self._streams.add(stream)

    def ended(self, stream: _Stream[Any]) -> None:
        """A stream is read no more."""
        self._streams.discard(stream)

    async def carry(self, kind: Message | None, send: Callable[[], Awaitable[T]], timeout: float | None) -> T:
        """Make a call with one answer, as far as its fault lets it, within so many seconds."""
        fault = self.next(kind)
        if fault is None:
            return await send()
        try:
            async with asyncio.timeout(timeout):
                return await self._carry(kind, send, fault)
        except TimeoutError:
            raise CallError(StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded") from None

    async def _carry(self, kind: Message | None, send: Callable[[], Awaitable[T]], fault: Fault) -> T:
        fault.refuse()
        match fault.action:
            case "drop" if not fault.answer:
                raise CallError(StatusCode.UNAVAILABLE, f"the {kind} was lost: the test has dropped it")
            case "delay":
                await asyncio.sleep(fault.seconds)
            case "reorder":
                await fault.overtaken(HELD_FOR)
            case _:
                pass
        answer = await send()
        if fault.action == "double":
            await send()
        if fault.action == "drop":
            raise CallError(StatusCode.UNAVAILABLE, f"the answer to the {kind} was lost: the test has dropped it")
        return answer

    async def changed(self, kind: Message | None, messages: AsyncIterator[T]) -> AsyncGenerator[T]:
        """What comes out of a stream at its other end."""
        held: deque[T] = deque()
        async for message in _in_time(messages, held):
            fault = self.next(kind)
            if fault is None:
                yield message
            else:
                fault.refuse()
                match fault.action:
                    case "drop":
                        continue
                    case "reorder":
                        held.append(message)
                        continue
                    case "delay":
                        await asyncio.sleep(fault.seconds)
                    case _:
                        pass
                yield message
                if fault.action == "double":
                    yield message
            while held:
                yield held.popleft()


class LineChannel:
    """A channel of a client, by the line to its engine."""

    def __init__(self, line: Line, connect: Callable[[], Channel]) -> None:
        self._line = line
        self._connect = connect

    def unary_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryUnary[Req, Res]:
        """The method with this path."""
        line = self._line

        async def call(request: Req, *, timeout: float | None = None, metadata: Metadata | None = None) -> Res:
            line.check(worker_of(request))
            inner = self._connect().unary_unary(method, request_serializer, response_deserializer)
            line.look_at(request)
            try:
                return await line.carry(
                    kind_of(method, request), lambda: inner(request, timeout=timeout, metadata=metadata), timeout
                )
            finally:
                line.passed += 1

        return call

    def unary_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryStream[Req, Res]:
        """The method with this path."""

        def call(request: Req, *, timeout: float | None = None, metadata: Metadata | None = None) -> StreamCall[Res]:
            self._line.check(worker_of(request))
            self._line.look_at(request)
            inner = self._connect().unary_stream(method, request_serializer, response_deserializer)
            stream = inner(request, timeout=timeout, metadata=metadata)
            return _Stream(self._line, ANSWERS.get(method), stream, worker_of(request))

        return call

    def stream_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamUnary[Req, Res]:
        """The method with this path."""
        return self._connect().stream_unary(method, request_serializer, response_deserializer)

    def stream_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamStream[Req, Res]:
        """The method with this path."""

        def call(
            request_iterator: AsyncIterator[Req], *, timeout: float | None = None, metadata: Metadata | None = None
        ) -> StreamCall[Res]:
            requests = self._line.changed(REQUESTS.get(method), self._seen(request_iterator, lambda: stream))
            inner = self._connect().stream_stream(method, request_serializer, response_deserializer)
            stream: _Stream[Res] = _Stream(
                self._line, ANSWERS.get(method), inner(requests, timeout=timeout, metadata=metadata), ""
            )
            return stream

        return call

    async def _seen(self, requests: AsyncIterator[Req], stream: Callable[[], _Stream[Any]]) -> AsyncGenerator[Req]:
        async for request in requests:
            # A worker says who it is in the first message of a stream.
            worker_id = worker_of(getattr(request, "register_worker", request))
            if worker_id:
                stream().worker_id = worker_id
            self._line.check(stream().worker_id)
            self._line.look_at(request)
            yield request

    async def close(self, grace: float | None = None) -> None:
        """End it; the engine, which is there for this test alone, closes what is open."""


class _Stream(Generic[Res]):
    """A call with many answers, by the line."""

    def __init__(self, line: Line, kind: Message | None, inner: StreamCall[Res], worker_id: str) -> None:
        self._line = line
        self._inner = inner
        self._answers = line.changed(kind, inner.__aiter__())
        self.worker_id = worker_id
        line.opened(self)

    def __aiter__(self) -> AsyncIterator[Res]:
        return self._read()

    async def _read(self) -> AsyncGenerator[Res]:
        try:
            async with aclosing(self._answers) as answers:
                async for answer in answers:
                    yield answer
            self._line.check(self.worker_id)
        finally:
            self._line.ended(self)

    def cancel(self) -> bool:
        """Read no more; whether the call was still open."""
        self._line.ended(self)
        return self._inner.cancel()

    async def initial_metadata(self) -> Received | None:
        """What the engine sends first."""
        return await self._inner.initial_metadata()


async def _in_time(messages: AsyncIterator[T], held: deque[T]) -> AsyncGenerator[T]:
    """Messages as they come; what waits to be overtaken, and is not, once more."""
    while True:
        if not held:
            try:
                yield await anext(messages)
            except StopAsyncIteration:
                return
            continue
        # In a task: to give up waiting for the next message must not end the stream.
        reading = asyncio.ensure_future(_one(messages))
        try:
            await asyncio.wait([reading], timeout=HELD_FOR)
            if not reading.done():
                yield held.popleft()
            found = await reading
        finally:
            reading.cancel()
        if not found:
            while held:
                yield held.popleft()
            return
        yield found[0]


async def _one(messages: AsyncIterator[T]) -> list[T]:
    async for message in messages:
        return [message]
    return []


def kind_of(method: str, request: object) -> Message | None:
    """What a call is about."""
    kind = CALLS.get(method)
    if isinstance(request, dispatcher_pb2.StepActionEvent):
        return "started" if request.event_type == dispatcher_pb2.STEP_EVENT_TYPE_STARTED else kind
    return kind


def worker_of(request: object) -> str:
    """The worker that a request is from, by its id; empty where it does not say."""
    return str(getattr(request, "worker_id", ""))

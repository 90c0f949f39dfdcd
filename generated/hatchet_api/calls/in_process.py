# Generated from specs/ by `python -m codegen`; do not edit.
"""Calls from stubs to servicers on one event loop: no socket, no thread, and the rules of the wire all the same.

Messages pass through their encoding and its limits; deadlines, metadata, cancellation, back-pressure and refusals are
those that the same call has over gRPC.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any, Generic, Protocol, TypeVar

from . import (
    CallError,
    Metadata,
    Methods,
    StatusCode,
    StreamCall,
    StreamStream,
    StreamStreamMethod,
    StreamUnary,
    StreamUnaryMethod,
    UnaryStream,
    UnaryStreamMethod,
    UnaryUnary,
    UnaryUnaryMethod,
)

logger: logging.Logger = logging.getLogger(__name__)
"""Told of faults whose cause the caller does not hear."""

Req = TypeVar("Req")
Res = TypeVar("Res")
MethodT = TypeVar("MethodT")

MESSAGE_LIMIT = 4 * 1024 * 1024
"""Bytes that a message may have, as over gRPC when nothing else is said."""

WINDOW = 64 * 1024
"""Bytes of a stream that wait for their reader before the writer waits, as over HTTP/2."""

FRAME = 5
"""Bytes that each message takes besides its own."""

CLEAN_UP = 1.0
"""Seconds that servicers have to end once their calls are over."""


class Server:
    """Answers the calls of its channels, on the event loop that they are made on.

    Args:
        methods: what it serves.
        message_limit: the largest message that it takes or sends, in bytes.
    """

    def __init__(self, methods: Methods, *, message_limit: int = MESSAGE_LIMIT) -> None:
        self._methods = methods
        self._limit = message_limit
        self._channels: dict[Channel, None] = {}  # in order
        self._stopped = False

    def connect(self, *, message_limit: int = MESSAGE_LIMIT) -> Channel:
        """A channel to it; `message_limit` is the largest message that the caller takes, in bytes."""
        channel = Channel(self, message_limit)
        self._channels[channel] = None
        return channel

    async def stop(self, grace: float | None = None) -> None:
        """Refuse new calls, and end those that are still open after `grace` seconds."""
        self._stopped = True
        channels, self._channels = self._channels, {}
        error = CallError(StatusCode.UNAVAILABLE, "the server has stopped")
        await asyncio.gather(*(channel._calls.end(error, grace) for channel in channels))

    def _find(self, path: str, kind: type[MethodT]) -> MethodT:
        if self._stopped:
            raise CallError(StatusCode.UNAVAILABLE, "failed to connect: the server has stopped")
        method = self._methods.get(path)
        if not isinstance(method, kind):
            raise CallError(StatusCode.UNIMPLEMENTED, "Method not found!")
        return method

    def _taken(self, message: bytes) -> bytes:
        return _bounded(message, self._limit, "SERVER: Received")

    def _sent(self, message: bytes) -> bytes:
        return _bounded(message, self._limit, "SERVER: Sent")


class Channel:
    """Where the calls of one client go; `Server.connect` makes it."""

    def __init__(self, server: Server, message_limit: int) -> None:
        self._server = server
        self._limit = message_limit
        self._calls = _Calls()
        self._closed = False

    def unary_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryUnary[Req, Res]:
        """The method with this path."""

        async def call(request: Req, *, timeout: float | None = None, metadata: Metadata | None = None) -> Res:
            target = self._find(method, UnaryUnaryMethod)
            message = target.deserialize(self._server._taken(request_serializer(request)))
            answer = await self._answered(target.answer, message, timeout, metadata)
            return response_deserializer(self._taken(target.serialize(answer)))

        return call

    def unary_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryStream[Req, Res]:
        """The method with this path."""

        def call(request: Req, *, timeout: float | None = None, metadata: Metadata | None = None) -> StreamCall[Res]:
            def answers(context: _Context) -> tuple[AsyncIterator[Any], Callable[[Any], bytes]]:
                target = self._find(method, UnaryStreamMethod)
                message = target.deserialize(self._server._taken(request_serializer(request)))
                return target.answer(message, context), target.serialize

            return _Stream(self, response_deserializer, answers, timeout, metadata)

        return call

    def stream_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamUnary[Req, Res]:
        """The method with this path."""

        async def call(
            request_iterator: AsyncIterator[Req], *, timeout: float | None = None, metadata: Metadata | None = None
        ) -> Res:
            target = self._find(method, StreamUnaryMethod)
            requests = _Requests(self._server, request_iterator, request_serializer, target.deserialize)
            try:
                answer = await self._answered(target.answer, requests.read(), timeout, metadata)
            except CallError as error:
                raise requests.error or error from error
            finally:
                requests.close()
            return response_deserializer(self._taken(target.serialize(answer)))

        return call

    def stream_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamStream[Req, Res]:
        """The method with this path."""

        def call(
            request_iterator: AsyncIterator[Req], *, timeout: float | None = None, metadata: Metadata | None = None
        ) -> StreamCall[Res]:
            def answers(context: _Context) -> tuple[AsyncIterator[Any], Callable[[Any], bytes]]:
                target = self._find(method, StreamStreamMethod)
                requests = _Requests(self._server, request_iterator, request_serializer, target.deserialize)
                requests.failed = stream.end
                stream.requests = requests
                return target.answer(requests.read(), context), target.serialize

            stream: _Stream[Res] = _Stream(self, response_deserializer, answers, timeout, metadata)
            return stream

        return call

    async def close(self, grace: float | None = None) -> None:
        """End it; open calls have `grace` seconds, and none by default."""
        self._closed = True
        self._server._channels.pop(self, None)
        await self._calls.end(CallError(StatusCode.CANCELLED, "the channel was closed"), grace)

    def _find(self, path: str, kind: type[MethodT]) -> MethodT:
        if self._closed:
            raise CallError(StatusCode.CANCELLED, "the channel is closed")
        return self._server._find(path, kind)

    def _taken(self, message: bytes) -> bytes:
        return _bounded(self._server._sent(message), self._limit, "CLIENT: Received")

    async def _answered(
        self,
        answer: Callable[[Any, _Context], Awaitable[Any]],
        request: object,
        timeout: float | None,
        metadata: Metadata | None,
    ) -> Any:
        """The one answer to a call, made in the task of the caller: what cancels that cancels the servicer."""
        call = _Unary(timeout)
        self._calls.add(call)
        try:
            return await answer(request, _Context(metadata, call.until))
        except CallError:
            raise
        except asyncio.CancelledError:
            if call.error is not None and call.is_alone():
                raise call.error from None
            if call.task.cancelling():
                raise
            raise CallError(StatusCode.CANCELLED, "the servicer gave the call up") from None
        except Exception as error:
            raise _unexpected(error) from error
        finally:
            call.over()
            self._calls.discard(call)


class _Call(Protocol):
    """One open call: its task, its deadline, and what it was ended with."""

    @property
    def until(self) -> float | None:
        """When its time is over, by the clock of the loop."""
        ...

    def end(self, error: CallError) -> None:
        """Fail it now."""
        ...


class _Calls:
    """The open calls of a channel."""

    def __init__(self) -> None:
        self._open: dict[_Call, None] = {}  # in order
        self._idle: asyncio.Future[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def add(self, call: _Call) -> None:
        """Count a call that begins."""
        self._open[call] = None
        # One alarm for all: it stays when its call is over, and most calls are over long before it rings.
        if call.until is not None and (self._alarm is None or call.until < self._alarm.when()):
            self._set_alarm(call.until)

    def discard(self, call: _Call) -> None:
        """Count a call that is over."""
        self._open.pop(call, None)
        if self._idle is not None and not self._open and not self._idle.done():
            self._idle.set_result(None)

    def _set_alarm(self, at: float | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if at is None else asyncio.get_running_loop().call_at(at, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        now = asyncio.get_running_loop().time()
        late = [call for call in self._open if call.until is not None and call.until <= now]
        for call in late:
            call.end(CallError(StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded"))
        self._set_alarm(
            min((call.until for call in self._open if call.until is not None and call.until > now), default=None)
        )

    async def end(self, error: CallError, grace: float | None) -> None:
        """Wait so many seconds for the calls to end, and then fail those that have not."""
        if self._open and grace:
            await self._emptied(grace)
        for call in list(self._open):
            call.end(error)
        if self._open:
            await self._emptied(CLEAN_UP)
        self._set_alarm(None)

    async def _emptied(self, seconds: float) -> None:
        self._idle = asyncio.get_running_loop().create_future()
        await asyncio.wait([self._idle], timeout=seconds)
        self._idle = None


class _Unary:
    """A call with one answer in the task of its caller, as far as it can be ended from outside."""

    __slots__ = ("_before", "error", "task", "until")

    def __init__(self, timeout: float | None) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.task: asyncio.Task[Any] = task
        self.until = _until(timeout)
        self.error: CallError | None = None
        """What it was ended with."""
        self._before = task.cancelling()

    def end(self, error: CallError) -> None:
        """End the call with an error, unless it was ended before."""
        if self.error is None:
            self.error = error
            self.task.cancel()

    def is_alone(self) -> bool:
        """Whether nobody but `end` has cancelled the task."""
        return self.task.cancelling() <= self._before + 1

    def over(self) -> None:
        """Take back what `end` did to the task, which goes on with the failure."""
        if self.error is not None:
            self.task.uncancel()


def _until(timeout: float | None) -> float | None:
    return None if timeout is None else asyncio.get_running_loop().time() + timeout


class _Context:
    """What the servicer learns of a call."""

    __slots__ = ("_metadata", "_until", "confirmed")

    def __init__(self, metadata: Metadata | None, until: float | None) -> None:
        self._metadata = metadata
        self._until = until
        self.confirmed: asyncio.Future[Metadata | None] | None = None

    def invocation_metadata(self) -> Metadata | None:
        """What the caller sent along."""
        return self._metadata

    def time_remaining(self) -> float | None:
        """Seconds that are left; None without a deadline."""
        return None if self._until is None else max(0.0, self._until - asyncio.get_running_loop().time())

    async def send_initial_metadata(self, initial_metadata: Metadata) -> None:
        """Send the caller metadata ahead of the first answer."""
        if self.confirmed is not None and not self.confirmed.done():
            self.confirmed.set_result(initial_metadata)


class _Pipe:
    """Messages on their way in one direction; who writes waits while the window is full, and who reads while empty."""

    def __init__(self) -> None:
        self._messages: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._error: CallError | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more can be written."""
        return self._ended

    async def write(self, message: bytes) -> None:
        """Send a message, once there is room for it; after the end it is dropped."""
        while self._size >= WINDOW and not self._ended:
            self._writer = asyncio.get_running_loop().create_future()
            await self._writer
        if not self._ended:
            self._messages.append(message)
            self._size += len(message) + FRAME
            _wake(self._reader)

    async def read(self) -> bytes | None:
        """The next message; None after the last. Raises CallError when the call has failed."""
        while not self._messages:
            if self._error is not None:
                raise self._error
            if self._ended:
                return None
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        message = self._messages.popleft()
        self._size -= len(message) + FRAME
        if self._size < WINDOW:
            _wake(self._writer)
        return message

    def end(self, error: CallError | None = None, *, at_once: bool = False) -> None:
        """Write no more; what was written is still read, unless it ends `at_once`."""
        if at_once:
            self._messages.clear()
            self._size = 0
        if not self._ended:
            self._ended, self._error = True, error
            _wake(self._reader)
            _wake(self._writer)


def _wake(waiting: asyncio.Future[None] | None) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)


class _Requests(Generic[Req]):
    """The requests of a call, from the caller's iterator to the servicer's."""

    def __init__(
        self,
        server: Server,
        requests: AsyncIterator[Req],
        serialize: Callable[[Req], bytes],
        deserialize: Callable[[bytes], Req],
    ) -> None:
        self._server = server
        self._requests = requests
        self._serialize = serialize
        self._deserialize = deserialize
        self._pipe = _Pipe()
        self.error: CallError | None = None
        """Why the requests broke off, if they did."""
        self.failed: Callable[[CallError], None] | None = None
        self._feeder = asyncio.get_running_loop().create_task(self._feed())

    async def read(self) -> AsyncGenerator[Req]:
        """The requests, as the servicer has them."""
        while (message := await self._pipe.read()) is not None:
            yield self._deserialize(message)

    def close(self) -> None:
        """The call is over: ask the caller for nothing more."""
        self._pipe.end(at_once=True)
        self._feeder.cancel()

    async def _feed(self) -> None:
        try:
            async for request in self._requests:
                await self._pipe.write(self._server._taken(self._serialize(request)))
        except CallError as error:
            self._break_off(error)
        except Exception:
            logger.exception("the requests of a call could not be read on; the call fails")
            self._break_off(CallError(StatusCode.UNKNOWN, "Exception iterating requests!"))
        else:
            self._pipe.end()

    def _break_off(self, error: CallError) -> None:
        self.error = error
        self._pipe.end(error)
        if self.failed is not None:
            self.failed(error)


Answers = Callable[[_Context], tuple[AsyncIterator[Any], Callable[[Any], bytes]]]
"""Begins to answer a call: its answers, and how each is encoded."""


class _Stream(Generic[Res]):
    """A call with many answers: a task of the servicer's side writes them, the caller reads."""

    def __init__(
        self,
        channel: Channel,
        deserialize: Callable[[bytes], Res],
        answers: Answers,
        timeout: float | None,
        metadata: Metadata | None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._channel = channel
        self._deserialize = deserialize
        self._answers = answers
        self._pipe = _Pipe()
        self.until = _until(timeout)
        self._context = _Context(metadata, self.until)
        self._confirmed: asyncio.Future[Metadata | None] = loop.create_future()
        self._context.confirmed = self._confirmed
        self.requests: _Requests[Any] | None = None
        channel._calls.add(self)
        # A context of its own: what the servicer does belongs to none of the caller's.
        self._task = loop.create_task(self._serve(), context=contextvars.Context())
        self._task.add_done_callback(self._served)

    def __aiter__(self) -> AsyncIterator[Res]:
        return self

    async def __anext__(self) -> Res:
        message = await self._pipe.read()
        if message is None:
            raise StopAsyncIteration
        return self._deserialize(self._channel._taken(message))

    def cancel(self) -> bool:
        """Read no more; whether the call was still open."""
        was_open = not self._pipe.ended
        self._pipe.end(CallError(StatusCode.CANCELLED, "Locally cancelled by application!"), at_once=True)
        self._task.cancel()
        return was_open

    def end(self, error: CallError) -> None:
        """Fail it now."""
        self._pipe.end(error)
        self._task.cancel()

    async def initial_metadata(self) -> Metadata | None:
        """What the servicer sent first, once it has, or has ended."""
        return await asyncio.shield(self._confirmed)

    async def _serve(self) -> None:
        try:
            await self._write_all()
            self._pipe.end()
        except CallError as error:
            self._pipe.end(error)
        except Exception as error:
            self._pipe.end(_unexpected(error))

    def _served(self, task: asyncio.Task[None]) -> None:
        self._pipe.end(CallError(StatusCode.CANCELLED, "the servicer gave the call up"))
        self._channel._calls.discard(self)
        if not self._confirmed.done():
            self._confirmed.set_result(())
        if self.requests is not None:
            self.requests.close()

    async def _write_all(self) -> None:
        answers, serialize = self._answers(self._context)
        try:
            async for answer in answers:
                await self._pipe.write(serialize(answer))
                if not self._confirmed.done():
                    self._confirmed.set_result(())
        finally:
            # Closed here, not by the garbage collector: that would do it at any time.
            if isinstance(answers, AsyncGenerator):
                await answers.aclose()


def _bounded(message: bytes, limit: int, what: str) -> bytes:
    if len(message) > limit:
        raise CallError(StatusCode.RESOURCE_EXHAUSTED, f"{what} message larger than max ({len(message)} vs. {limit})")
    return message


def _unexpected(error: Exception) -> CallError:
    logger.error("a servicer failed to answer a call", exc_info=error)
    return CallError(StatusCode.UNKNOWN, f"Unexpected {type(error)}: {error}")

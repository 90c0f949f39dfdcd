# Generated from specs/ by `python -m codegen`; do not edit.
"""Calls over gRPC: a channel whose failures are `CallError`, and servicers behind a gRPC server. Loads gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar, cast
from weakref import WeakSet

import grpc
import grpc.aio

from . import (
    CallError,
    Metadata,
    Method,
    Methods,
    Received,
    StatusCode,
    StreamCall,
    StreamStream,
    StreamUnary,
    StreamUnaryMethod,
    UnaryStream,
    UnaryStreamMethod,
    UnaryUnary,
    UnaryUnaryMethod,
)

Req = TypeVar("Req")
Res = TypeVar("Res")

# grpc describes handlers of all methods by one type without parameters; requests and answers pass through unseen.
_Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
_Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"

_BY_NUMBER: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


class Channel:
    """A gRPC channel, which is closed with it.

    Answers are decoded here: gRPC would make None of one that cannot be read.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel
        self._streams: WeakSet[_Stream[Any]] = WeakSet()

    def unary_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryUnary[Req, Res]:
        """The method with this path."""
        inner: grpc.aio.UnaryUnaryMultiCallable[Req, bytes] = self._channel.unary_unary(method, request_serializer)

        async def call(request: Req, *, timeout: float | None = None, metadata: Metadata | None = None) -> Res:
            try:
                answer = await inner(request, timeout=timeout, metadata=metadata)
            except (grpc.aio.AioRpcError, grpc.aio.UsageError, asyncio.CancelledError) as error:
                _fail(error)
            return _read(answer, response_deserializer)

        return call

    def unary_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryStream[Req, Res]:
        """The method with this path."""
        inner: grpc.aio.UnaryStreamMultiCallable[Req, bytes] = self._channel.unary_stream(method, request_serializer)

        def call(request: Req, *, timeout: float | None = None, metadata: Metadata | None = None) -> StreamCall[Res]:
            try:
                return self._opened(inner(request, timeout=timeout, metadata=metadata), response_deserializer)
            except grpc.aio.UsageError as error:
                _fail(error)

        return call

    def stream_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamUnary[Req, Res]:
        """The method with this path."""
        inner: grpc.aio.StreamUnaryMultiCallable[Req, bytes] = self._channel.stream_unary(method, request_serializer)

        async def call(
            request_iterator: AsyncIterator[Req], *, timeout: float | None = None, metadata: Metadata | None = None
        ) -> Res:
            try:
                answer = await inner(request_iterator, timeout=timeout, metadata=metadata)
            except (grpc.aio.AioRpcError, grpc.aio.UsageError, asyncio.CancelledError) as error:
                _fail(error)
            return _read(answer, response_deserializer)

        return call

    def stream_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamStream[Req, Res]:
        """The method with this path."""
        inner: grpc.aio.StreamStreamMultiCallable[Req, bytes] = self._channel.stream_stream(method, request_serializer)

        def call(
            request_iterator: AsyncIterator[Req], *, timeout: float | None = None, metadata: Metadata | None = None
        ) -> StreamCall[Res]:
            try:
                return self._opened(inner(request_iterator, timeout=timeout, metadata=metadata), response_deserializer)
            except grpc.aio.UsageError as error:
                _fail(error)

        return call

    async def close(self, grace: float | None = None) -> None:
        """End it; open calls have `grace` seconds, and none by default. Streams end at once."""
        for stream in list(self._streams):
            stream.cancel()  # some versions of gRPC let those wait for ever who read them
        await self._channel.close(grace)

    def _opened(
        self,
        call: grpc.aio.UnaryStreamCall[Any, bytes] | grpc.aio.StreamStreamCall[Any, bytes],
        deserialize: Callable[[bytes], Res],
    ) -> _Stream[Res]:
        stream = _Stream(call, deserialize)
        self._streams.add(stream)
        return stream


class _Stream(Generic[Res]):
    """A call with many answers."""

    def __init__(
        self,
        call: grpc.aio.UnaryStreamCall[Any, bytes] | grpc.aio.StreamStreamCall[Any, bytes],
        deserialize: Callable[[bytes], Res],
    ) -> None:
        self._call: grpc.aio.UnaryStreamCall[Any, bytes] | grpc.aio.StreamStreamCall[Any, bytes] | None = call
        self._deserialize = deserialize

    async def __aiter__(self) -> AsyncIterator[Res]:
        if self._call is None:
            return
        answers = aiter(self._call)
        try:
            async for answer in answers:
                yield self._deserialize(answer)
        except (grpc.aio.AioRpcError, asyncio.CancelledError) as error:
            _fail(error)
        finally:
            # Whoever keeps an error keeps the frames that it came through, this one among them: by what these hold, the
            # connection would stay open. The answers hold the call, too.
            if isinstance(answers, AsyncGenerator):
                await answers.aclose()
            del answers
            self.cancel()
            self._call = None

    def cancel(self) -> bool:
        """Read no more; whether the call was still open."""
        return self._call is not None and self._call.cancel()

    async def initial_metadata(self) -> Received | None:
        """What the other side sent first, once it has; None once the stream is over."""
        return None if self._call is None else await self._call.initial_metadata()


def call_error(error: grpc.aio.AioRpcError) -> CallError:
    """A failed call in the words that every channel has."""
    number: int = error.code().value[0]
    return CallError(StatusCode(number), error.details() or "", tuple(error.trailing_metadata() or ()))


def serve(server: grpc.aio.Server, methods: Methods) -> None:
    """Answer methods, given by their paths, on a gRPC server."""
    services: dict[str, dict[str, _Handler]] = {}
    for path, method in methods.items():
        _, service, name = path.split("/")
        services.setdefault(service, {})[name] = _handler(method)
    handlers = (grpc.method_handlers_generic_handler(name, handlers) for name, handlers in services.items())
    server.add_generic_rpc_handlers(tuple(handlers))


def _read(answer: bytes | None, deserialize: Callable[[bytes], Res]) -> Res:
    if answer is None:  # whatever gRPC declares: the call ended well, and without one
        raise CallError(StatusCode.INTERNAL, "the call ended without an answer")
    return deserialize(answer)


def _fail(error: grpc.aio.AioRpcError | grpc.aio.UsageError | asyncio.CancelledError) -> NoReturn:
    # What is kept of an error keeps the frames that it came through. gRPC's hold its call, and that the connection; this
    # one would hold the error in turn.
    try:
        if isinstance(error, asyncio.CancelledError) and _is_cancelled():
            raise error.with_traceback(None)
        raise _call_error(error) from error.with_traceback(None)
    finally:
        del error


def _call_error(error: grpc.aio.AioRpcError | grpc.aio.UsageError | asyncio.CancelledError) -> CallError:
    if isinstance(error, grpc.aio.AioRpcError):
        return call_error(error)
    if isinstance(error, grpc.aio.UsageError):
        return CallError(StatusCode.CANCELLED, "the channel is closed")
    # A channel that is closed cancels the calls on it, and gRPC then raises what a cancelled task would: nobody has
    # cancelled this one, so its caller must not end as if somebody had.
    return CallError(StatusCode.CANCELLED, "the channel was closed")


def _is_cancelled() -> bool:
    """Whether the running task was. Apart from `_fail`: the task holds its error, too."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _handler(method: Method) -> _Handler:
    if isinstance(method, UnaryUnaryMethod | StreamUnaryMethod):
        answer = method.answer

        async def unary(request: Any, context: _Context) -> Any:
            try:
                return await answer(request, context)
            except (CallError, asyncio.CancelledError) as error:
                await _abort(context, error)

        one = cast("Callable[..., Any]", unary)  # the stubs describe handlers of the blocking API
        if isinstance(method, UnaryUnaryMethod):
            return grpc.unary_unary_rpc_method_handler(one, method.deserialize, method.serialize)
        return grpc.stream_unary_rpc_method_handler(one, method.deserialize, method.serialize)
    answers = method.answer

    async def streaming(request: Any, context: _Context) -> AsyncIterator[Any]:
        try:
            found = answers(request, context)
            if not isinstance(found, AsyncGenerator):
                async for answer in found:
                    yield answer
                return
            # Closed here, not by the garbage collector: that would do it while the generator still runs.
            async with aclosing(found):
                async for answer in found:
                    yield answer
        except (CallError, asyncio.CancelledError) as error:
            await _abort(context, error)

    many = cast("Callable[..., Any]", streaming)  # as above
    if isinstance(method, UnaryStreamMethod):
        return grpc.unary_stream_rpc_method_handler(many, method.deserialize, method.serialize)
    return grpc.stream_stream_rpc_method_handler(many, method.deserialize, method.serialize)


async def _abort(context: _Context, error: CallError | asyncio.CancelledError) -> NoReturn:
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise error  # the caller has gone
        error = CallError(StatusCode.CANCELLED, "the servicer gave the call up")
    await context.abort(_BY_NUMBER[error.code.value], error.details, tuple(error.trailing_metadata))

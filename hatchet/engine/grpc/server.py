"""The gRPC side: channel settings, the token check, and refusals turned into status codes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, NoReturn, TypeAlias, cast

import grpc
import grpc.aio

from hatchet.engine.auth import Auth
from hatchet.engine.delivery.outbox import Overflow
from hatchet.engine.grpc.admin import AdminService
from hatchet.engine.grpc.dispatcher import DispatcherService
from hatchet.engine.grpc.durable import DurableService
from hatchet.engine.grpc.events import EventsService
from hatchet.engine.grpc.workflows import WorkflowService
from hatchet.engine.hub import Hub
from hatchet.engine.state.errors import Code, EngineStartError, Refused
from hatchet.engine.state.settings import MAX_MESSAGE_BYTES
from hatchet_api.services.admin import add_admin_service_servicer
from hatchet_api.services.dispatcher import add_dispatcher_servicer
from hatchet_api.services.events import add_events_service_servicer
from hatchet_api.services.v1_dispatcher import add_v1_dispatcher_servicer
from hatchet_api.services.workflows import add_workflow_service_servicer

logger: logging.Logger = logging.getLogger(__name__)

OPTIONS: list[tuple[str, int]] = [
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    # Clients ping every 10 s and some every 5 s, with and without calls; by default they would be sent away for it.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 1000),
    ("grpc.http2.max_ping_strikes", 0),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.keepalive_time_ms", 30_000),
    # Two engines must not share a port by accident.
    ("grpc.so_reuseport", 0),
]

_CODES = {
    Code.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Code.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Code.FORBIDDEN: grpc.StatusCode.PERMISSION_DENIED,
    Code.ALREADY_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Code.FAILED_PRECONDITION: grpc.StatusCode.FAILED_PRECONDITION,
    Code.UNIMPLEMENTED: grpc.StatusCode.UNIMPLEMENTED,
    Code.EXHAUSTED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Code.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
}

DETAILS = "grpc-status-details-bin"

# grpc describes handlers of all methods by one type without parameters; requests and responses pass through unseen.
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


class Gate(grpc.aio.ServerInterceptor):
    """Lets calls with a valid token through and answers refusals with their status."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth
        self._guarded: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Find the handler of a call, or one that refuses it."""
        method = handler_call_details.method
        guarded = self._guarded.get(method)
        if guarded is None:
            handler = await continuation(handler_call_details)
            if handler is None:
                return None
            guarded = self._guarded[method] = _guard(handler)
        if not self._has_token(handler_call_details):
            return _denied(guarded)
        return guarded

    def _has_token(self, details: grpc.HandlerCallDetails) -> bool:
        for key, value in details.invocation_metadata:
            if key == "authorization":
                return self._auth.accepts_header(value, any_case=True)
        return False


def _guard(handler: Handler) -> Handler:
    if handler.unary_unary is not None:
        # The stubs describe handlers of the blocking API; with grpc.aio they are coroutines and async generators.
        answer = cast("Callable[[Any, Context], Awaitable[Any]]", handler.unary_unary)

        async def unary(request: Any, context: Context) -> Any:
            try:
                return await answer(request, context)
            except Exception as error:
                await _abort(context, error)

        return _like(handler, unary_unary=unary)
    stream = cast(
        "Callable[[Any, Context], AsyncGenerator[Any]]",
        handler.unary_stream if handler.unary_stream is not None else handler.stream_stream,
    )

    async def streaming(request: Any, context: Context) -> AsyncIterator[Any]:
        try:
            # Closed here, not by the garbage collector: that would do it while the generator still runs.
            async with aclosing(stream(request, context)) as messages:
                async for message in messages:
                    yield message
        except Exception as error:
            await _abort(context, error)

    if handler.unary_stream is not None:
        return _like(handler, unary_stream=streaming)
    return _like(handler, stream_stream=streaming)


def _denied(handler: Handler) -> Handler:
    async def unary(request: Any, context: Context) -> NoReturn:
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, "invalid auth token")

    async def streaming(request: Any, context: Context) -> AsyncIterator[Any]:
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, "invalid auth token")
        yield

    if handler.unary_unary is not None:
        return _like(handler, unary_unary=unary)
    if handler.unary_stream is not None:
        return _like(handler, unary_stream=streaming)
    return _like(handler, stream_stream=streaming)


def _like(handler: Handler, **behavior: Any) -> Handler:
    if "unary_unary" in behavior:
        make = grpc.unary_unary_rpc_method_handler
    elif "unary_stream" in behavior:
        make = grpc.unary_stream_rpc_method_handler
    else:
        make = grpc.stream_stream_rpc_method_handler
    [method] = behavior.values()
    return make(method, handler.request_deserializer, handler.response_serializer)


async def _abort(context: Context, error: Exception) -> NoReturn:
    if isinstance(error, (grpc.aio.AbortError, grpc.aio.BaseError)):
        raise error
    if isinstance(error, Refused):
        details = ((DETAILS, error.details),) if error.details else ()
        await context.abort(_CODES[error.code], error.message, details)
    if isinstance(error, Overflow):
        await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, f"the stream is not read fast enough: {error}")
    logger.error("the embedded engine failed to answer a call", exc_info=error)
    await context.abort(grpc.StatusCode.INTERNAL, "internal error of the embedded engine; see its log")


class GrpcServer:
    """Serves the engine's gRPC services on the current event loop."""

    def __init__(self, hub: Hub, host: str) -> None:
        self._hub = hub
        self._host = host
        self._server: grpc.aio.Server | None = None

    async def start(self, port: int, former: int | None) -> int:
        """Listen on `port`; for 0 on the `former` one if it is still free, so that clients find the engine again."""
        server = grpc.aio.server(interceptors=[Gate(self._hub.auth)], options=OPTIONS)
        add_dispatcher_servicer(server, DispatcherService(self._hub))
        add_events_service_servicer(server, EventsService(self._hub))
        add_workflow_service_servicer(server, WorkflowService(self._hub))
        add_admin_service_servicer(server, AdminService(self._hub))
        add_v1_dispatcher_servicer(server, DurableService(self._hub))
        bound = self._bind(server, port, former)
        await server.start()
        self._server = server
        return bound

    async def stop(self, grace: float) -> None:
        """Refuse new calls and let open ones end within `grace` seconds."""
        if self._server is not None:
            await self._server.stop(grace)
            self._server = None
            await asyncio.sleep(0)

    def _bind(self, server: grpc.aio.Server, port: int, former: int | None) -> int:
        wanted = [port] if port or former is None else [former, 0]
        for candidate in wanted:
            try:
                return server.add_insecure_port(f"{self._host}:{candidate}")
            except RuntimeError:
                continue
        raise EngineStartError(
            f"the gRPC side cannot listen on {self._host}:{port}; another program may use the port: free it, or leave"
            " the port at 0 to have a free one chosen"
        )

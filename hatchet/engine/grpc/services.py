"""All services of the engine behind its door: the token is checked, and refusals become failures of the call.

Nothing here loads gRPC: in the engine's own process the services are called without it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, cast

from hatchet.engine.auth import Auth
from hatchet.engine.delivery.outbox import Overflow
from hatchet.engine.grpc.admin import AdminService
from hatchet.engine.grpc.dispatcher import DispatcherService
from hatchet.engine.grpc.durable import DurableService
from hatchet.engine.grpc.events import EventsService
from hatchet.engine.grpc.topics import StreamsService
from hatchet.engine.grpc.workflows import WorkflowService
from hatchet.engine.hub import Hub
from hatchet.engine.state.errors import Code, Refused
from hatchet.engine.storage.opening import in_words
from hatchet_api.calls import (
    CallError,
    Context,
    Method,
    Methods,
    StatusCode,
    StreamUnaryMethod,
    UnaryUnaryMethod,
)
from hatchet_api.services.admin import admin_service_methods
from hatchet_api.services.dispatcher import dispatcher_methods
from hatchet_api.services.events import events_service_methods
from hatchet_api.services.v1_dispatcher import v1_dispatcher_methods
from hatchet_api.services.v1_streams import v1_streams_methods
from hatchet_api.services.workflows import workflow_service_methods

logger: logging.Logger = logging.getLogger(__name__)

_CODES = {
    Code.INVALID: StatusCode.INVALID_ARGUMENT,
    Code.NOT_FOUND: StatusCode.NOT_FOUND,
    Code.FORBIDDEN: StatusCode.PERMISSION_DENIED,
    Code.ALREADY_EXISTS: StatusCode.ALREADY_EXISTS,
    Code.FAILED_PRECONDITION: StatusCode.FAILED_PRECONDITION,
    Code.UNIMPLEMENTED: StatusCode.UNIMPLEMENTED,
    Code.EXHAUSTED: StatusCode.RESOURCE_EXHAUSTED,
    Code.UNAVAILABLE: StatusCode.UNAVAILABLE,
}

DETAILS = "grpc-status-details-bin"


def methods_of(hub: Hub, answered: Callable[[], None] | None = None) -> dict[str, Method]:
    """Every method that the engine serves, by its path; `answered` is called when the first call has its answer."""
    gate = Gate(hub.auth, answered)
    served: tuple[Methods, ...] = (
        dispatcher_methods(DispatcherService(hub)),
        events_service_methods(EventsService(hub)),
        workflow_service_methods(WorkflowService(hub)),
        admin_service_methods(AdminService(hub)),
        v1_dispatcher_methods(DurableService(hub)),
        v1_streams_methods(StreamsService(hub)),
    )
    return {path: gate.before(method) for methods in served for path, method in methods.items()}


class Gate:
    """Lets calls with a valid token through, and turns refusals into failures of the call."""

    def __init__(self, auth: Auth, answered: Callable[[], None] | None) -> None:
        self._auth = auth
        self._answered = answered

    def before(self, method: Method) -> Method:
        """The same method, for callers that have to show their token."""
        if isinstance(method, UnaryUnaryMethod | StreamUnaryMethod):
            return type(method)(self._one(method.answer), method.deserialize, method.serialize)
        # All of the services are generators.
        answers = cast("Callable[[Any, Context], AsyncGenerator[Any]]", method.answer)
        return type(method)(self._many(answers), method.deserialize, method.serialize)

    # Any: as in the table of methods, which is one for requests and answers of all types.
    def _one(self, answer: Callable[[Any, Context], Awaitable[Any]]) -> Callable[[Any, Context], Awaitable[Any]]:
        async def unary(request: Any, context: Context) -> Any:
            self._check_token(context)
            try:
                return await answer(request, context)
            except Exception as error:
                raise _refusal(error) from error
            finally:
                if self._answered is not None:
                    self._tell()

        return unary

    def _many(
        self, answers: Callable[[Any, Context], AsyncGenerator[Any]]
    ) -> Callable[[Any, Context], AsyncIterator[Any]]:
        async def streaming(request: Any, context: Context) -> AsyncIterator[Any]:
            self._check_token(context)
            try:
                # Closed here, not by the garbage collector: that would do it while the generator still runs.
                async with aclosing(answers(request, context)) as messages:
                    async for message in messages:
                        yield message
            except Exception as error:
                raise _refusal(error) from error

        return streaming

    def _tell(self) -> None:
        answered, self._answered = self._answered, None
        if answered is not None:
            answered()

    def _check_token(self, context: Context) -> None:
        for key, value in context.invocation_metadata() or ():
            if key == "authorization" and self._auth.accepts_header(value, any_case=True):
                return
        raise CallError(StatusCode.UNAUTHENTICATED, "invalid auth token")


def _refusal(error: Exception) -> CallError:
    if isinstance(error, CallError):
        return error
    if isinstance(error, Refused):
        details = ((DETAILS, error.details),) if error.details else ()
        return CallError(_CODES[error.code], error.message, details)
    if isinstance(error, sqlite3.Error):
        logger.error("the embedded engine cannot answer a call: %s", said := in_words(error, "its database"))
        return CallError(StatusCode.UNAVAILABLE, said)
    if isinstance(error, Overflow):
        return CallError(StatusCode.RESOURCE_EXHAUSTED, f"the stream is not read fast enough: {error}")
    logger.error("the embedded engine failed to answer a call", exc_info=error)
    return CallError(StatusCode.INTERNAL, "internal error of the embedded engine; see its log")

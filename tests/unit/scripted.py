"""An engine in the process whose answers are functions of the test: any status, late, twice, or never."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, cast

from hatchet import ClientConfig, Hatchet
from hatchet.transport.connection import App
from hatchet_api.calls import CallError, Channel, StatusCode
from hatchet_api.calls.in_process import MESSAGE_LIMIT, Server
from hatchet_api.services.admin import admin_service_methods
from hatchet_api.services.dispatcher import dispatcher_methods
from hatchet_api.services.events import events_service_methods
from hatchet_api.services.v1_streams import v1_streams_methods
from hatchet_api.services.workflows import workflow_service_methods
from tests.unit.offline import token

Handler = Callable[..., Any]  # Any: a coroutine or an async generator, of the method's own messages


class ScriptedEngine:
    """Answers calls by handlers that have the names of the stubs' methods; others are not served.

    A handler takes the request (or the requests) and the call's context, as servicers do.
    """

    def __init__(self, *, message_limit: int = MESSAGE_LIMIT, **handlers: Handler) -> None:
        self.handlers: dict[str, Handler] = handlers
        self.calls: Counter[str] = Counter()
        self.message_limit = message_limit
        self._server: Server | None = None

    def connect(self, message_limit: int) -> Channel:
        """A channel on which it answers."""
        if self._server is None:
            servicer = cast(Any, _Servicer(self))
            methods = {
                **admin_service_methods(servicer),
                **dispatcher_methods(servicer),
                **events_service_methods(servicer),
                **workflow_service_methods(servicer),
                **v1_streams_methods(servicer),
            }
            self._server = Server(methods, message_limit=self.message_limit)
        return self._server.connect(message_limit=message_limit)

    def history(self, task_run_id: str) -> list[str] | None:
        """It tells of none."""
        return None

    def rest_app(self) -> App | None:
        """It has no REST side."""
        return None

    def client(self, **settings: Any) -> Hatchet:
        """A client of it."""
        hatchet = Hatchet(ClientConfig(**{"token": token(), **settings}))
        hatchet.gateway.local = self
        return hatchet

    async def restart(self) -> None:
        """Break every connection, as a restart does; new ones are made."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop()


class _Servicer:
    def __init__(self, engine: ScriptedEngine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Handler:
        def answer(request: Any, context: Any) -> Any:
            self._engine.calls[name] += 1
            handler = self._engine.handlers.get(name)
            if handler is None:
                raise CallError(StatusCode.UNIMPLEMENTED, "not scripted")
            return handler(request, context)

        return answer


def bearer(context: Any) -> str:
    """The token that a call came with."""
    return str(dict(context.invocation_metadata())["authorization"]).removeprefix("bearer ")

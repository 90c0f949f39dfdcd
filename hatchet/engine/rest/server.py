"""The REST side: a listening socket and uvicorn's HTTP protocol on the current event loop.

Uvicorn's own server is left out: it takes over the signals of the process, wakes up ten times a second, and is slow to
stop. As a guest in someone's process the engine does none of that.
"""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

STOP_AFTER = 2.0
"""Seconds that open requests have to end when the engine stops."""

HEADERS_WITHIN = 10.0
"""Seconds in which the headers of a request have to arrive once a connection is open or the request has begun; whoever
sends them byte by byte would hold a connection for ever."""


class _Connection(H11Protocol):
    """A connection that is closed when the headers of a request take too long to arrive."""

    def __init__(self, config: uvicorn.Config, state: ServerState, headers_within: float) -> None:
        super().__init__(config, state, {})
        self.access_log = False  # whatever logs the program has for pages of its own
        self._headers_within = headers_within
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Wait for headers, unless they are there, or nothing of the next request is: uvicorn closes what is idle."""
        begun = bool(self.cycle)  # there is none before the first request, whatever its type says
        is_read = begun and not self.cycle.response_complete
        is_idle = begun and not self.conn.trailing_data[0]
        if is_read or is_idle or self.transport.is_closing():
            self._unwatch()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self._headers_within, self._give_up)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        self.transport.abort()


class RestServer:
    """Serves the engine's REST API on the current event loop."""

    def __init__(self, app: ASGIApp, headers_within: float = HEADERS_WITHIN) -> None:
        self._app = app
        self._headers_within = headers_within
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    async def start(self, listener: socket.socket) -> None:
        """Serve on a socket that is bound already; it is closed with the server."""
        config = uvicorn.Config(
            self._app,
            lifespan="off",
            log_config=None,
            access_log=True,  # else it silences that of the whole process, which may serve the program's own pages
            date_header=False,
            server_header=False,
            ws="none",
            http="h11",
        )
        config.load()

        def protocol() -> asyncio.Protocol:
            return _Connection(config, self._state, self._headers_within)

        self._server = await asyncio.get_running_loop().create_server(protocol, sock=listener)

    async def stop(self) -> None:
        """Stop listening, let open requests end, and close what is left."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            _, late = await asyncio.wait(self._state.tasks, timeout=STOP_AFTER)
            for task in late:
                task.cancel()

"""The REST side: a listening socket and uvicorn's HTTP protocol on the current event loop.

Uvicorn's own server is left out: it takes over the signals of the process, wakes up ten times a second, and is slow to
stop. As a guest in someone's process the engine does none of that.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.server import ServerState

STOP_AFTER = 2.0
"""Seconds that open requests have to end when the engine stops."""


class RestServer:
    """Serves the engine's REST API on the current event loop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    async def start(self, listener: socket.socket) -> None:
        """Serve on a socket that is bound already; it is closed with the server."""
        config = uvicorn.Config(
            self._app,
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
            server_header=False,
            ws="none",
        )
        config.load()

        # The class depends on what is installed and is typed as a bare Protocol; all take these arguments.
        make = cast("Callable[..., asyncio.Protocol]", config.http_protocol_class)

        def protocol() -> asyncio.Protocol:
            return make(config=config, server_state=self._state, app_state={})

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

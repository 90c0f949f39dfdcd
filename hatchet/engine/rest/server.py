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
from uvicorn.server import ServerState

from hatchet.engine.hub import Hub
from hatchet.engine.rest.app import application
from hatchet.engine.state.errors import EngineStartError

STOP_AFTER = 2.0
"""Seconds that open requests have to end when the engine stops."""


class RestServer:
    """Serves the engine's REST API on the current event loop."""

    def __init__(self, hub: Hub, host: str) -> None:
        self._hub = hub
        self._host = host
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    async def start(self, port: int, former: int | None) -> int:
        """Listen on `port`; for 0 on the `former` one if it is still free."""
        listener = self._bind(port, former)
        config = uvicorn.Config(
            application(self._hub),
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
        return int(listener.getsockname()[1])

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

    def _bind(self, port: int, former: int | None) -> socket.socket:
        for candidate in [port] if port or former is None else [former, 0]:
            # Named as TCP, so that asyncio sends small packets at once: otherwise answers wait 40 ms for a receipt.
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setblocking(False)
            try:
                listener.bind((self._host, candidate))
            except OSError:
                listener.close()
                continue
            return listener
        raise EngineStartError(
            f"the REST side cannot listen on {self._host}:{port}; another program may use the port: free it, or leave"
            " the port at 0 to have a free one chosen"
        )

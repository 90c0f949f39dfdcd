"""The REST side: a listening socket and uvicorn on the current event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Generator

import uvicorn

from hatchet.engine.errors import EngineStartError
from hatchet.engine.hub import Hub
from hatchet.engine.rest import application

STOP_AFTER = 2.0
"""Seconds that open requests have to end when the engine stops."""


class _QuietServer(uvicorn.Server):
    """Uvicorn as a guest: the process and its signals belong to someone else, and nothing is polled."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        """Stop serving."""
        self.should_exit = True
        self._leaving.set()

    async def main_loop(self) -> None:
        """Wait for the end; the original wakes up ten times a second to look at flags and to date its headers."""
        await self._leaving.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signal handlers of the process alone."""
        yield


class RestServer:
    """Serves the engine's REST API on the current event loop."""

    def __init__(self, hub: Hub, host: str) -> None:
        self._hub = hub
        self._host = host
        self._server: _QuietServer | None = None
        self._serving: asyncio.Task[None] | None = None

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
            timeout_graceful_shutdown=int(STOP_AFTER),
        )
        config.load()
        self._server = _QuietServer(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]), name="hatchet-engine-rest")
        # The socket listens already, so clients that come before the server task has run simply wait in its queue.
        listener.listen(128)
        return int(listener.getsockname()[1])

    async def stop(self) -> None:
        """Stop serving and report a server that had died meanwhile."""
        if self._server is None or self._serving is None:
            return
        self._server.leave()
        await self._serving
        self._server = None
        self._serving = None

    def _bind(self, port: int, former: int | None) -> socket.socket:
        for candidate in [port] if port or former is None else [former, 0]:
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
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

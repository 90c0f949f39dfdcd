"""The gRPC side on a port of its own, for other processes."""

from __future__ import annotations

import asyncio

import grpc
import grpc.aio

from hatchet.engine.state.errors import EngineStartError
from hatchet.engine.state.settings import MAX_MESSAGE_BYTES
from hatchet_api.calls import Methods
from hatchet_api.calls.over_grpc import serve

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


class GrpcServer:
    """Serves the engine's gRPC services on the current event loop."""

    def __init__(self, methods: Methods, host: str) -> None:
        self._methods = methods
        self._host = host
        self._server: grpc.aio.Server | None = None

    async def start(self, port: int, *, insist: bool) -> int:
        """Listen on a port, or on another one if it is taken, unless one must `insist` on it; the port."""
        server = grpc.aio.server(options=OPTIONS)
        serve(server, self._methods)
        bound = self._bind(server, port, insist)
        await server.start()
        self._server = server
        return bound

    async def stop(self, grace: float) -> None:
        """Refuse new calls and let open ones end within `grace` seconds."""
        if self._server is not None:
            await self._server.stop(grace)
            self._server = None
            await asyncio.sleep(0)

    def _bind(self, server: grpc.aio.Server, port: int, insist: bool) -> int:
        for candidate in [port] if insist else [port, 0]:
            try:
                return server.add_insecure_port(f"{self._host}:{candidate}")
            except RuntimeError:
                continue
        raise EngineStartError(f"the gRPC side cannot listen on {self._host}:{port}; another program uses the port")

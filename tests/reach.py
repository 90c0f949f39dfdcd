"""Ways to an engine: settings that lead to one that serves on ports, and HTTP to one that serves on none."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx

from hatchet import ClientConfig, ClientTLSConfig, Hatchet
from hatchet.engine import EmbeddedEngine, Endpoint
from hatchet.transport.http import InProcess
from hatchet.transport.io_loop import shared_io_loop


def config_of(endpoint: Endpoint, **settings: Any) -> ClientConfig:
    """Settings of a client that reaches an engine over the network."""
    known = {"token": endpoint.token, "host_port": endpoint.grpc_address, "server_url": endpoint.server_url}
    return ClientConfig(**{**known, **settings, "tls_config": ClientTLSConfig(strategy="none")})


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Takes requests to the engine of a client, from any thread or loop: through its REST port, or in the process."""

    def __init__(self, hatchet: Hatchet) -> None:
        self._io = hatchet.io
        local = hatchet.gateway.local
        self._way: httpx.AsyncBaseTransport = (
            httpx.AsyncHTTPTransport(verify=False) if local is None else InProcess(local)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, read whole."""
        return self._io.block(self._answer(request))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, read whole."""
        return await self._io.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        answer = await self._way.handle_async_request(sent)
        content = await answer.aread()
        headers = [(name, value) for name, value in answer.headers.raw if name.lower() != b"content-encoding"]
        return httpx.Response(answer.status_code, headers=headers, content=content)

    def close(self) -> None:
        """Let go of the connections."""
        self._io.block(self._way.aclose())

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._io.run(self._way.aclose())


@contextmanager
def served(**settings: Any) -> Generator[Hatchet]:
    """A client that reaches an engine of its own, in memory, over the network."""
    io = shared_io_loop()
    engine = EmbeddedEngine()
    hatchet = Hatchet(config_of(io.block(engine.start()), **settings))
    try:
        yield hatchet
    finally:
        io.block(hatchet.gateway.close())
        io.block(engine.stop())

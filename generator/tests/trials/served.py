"""A real HTTP server that answers as a test wants."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Answer = Callable[["Received"], Response]


@dataclass(frozen=True)
class Received:
    """A request as it reached the server."""

    method: str
    target: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A server that keeps what it receives and answers as it is told."""

    url: str
    received: list[Received] = field(default_factory=list[Received])
    answer: Answer = lambda received: JSONResponse({}, 500)

    def answers(
        self, body: object = None, *, status: int = 200, headers: dict[str, str] | None = None, text: str | None = None
    ) -> None:
        """Answer every request alike: with JSON, or with a text as it is."""
        self.answer = lambda received: (
            JSONResponse(body, status, headers) if text is None else Response(text, status, headers)
        )


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}")

    async def handle(request: Request) -> Response:
        received = Received(
            request.method,
            request.scope["raw_path"].decode(),
            request.query_params.multi_items(),
            dict(request.headers),
            await request.body(),
        )
        server.received.append(received)
        return server.answer(received)

    routes = [Route("/{rest:path}", handle, methods=["GET", "POST", "PATCH", "DELETE"])]
    config = uvicorn.Config(Starlette(routes=routes), log_level="warning", lifespan="off", date_header=False)
    runner = uvicorn.Server(config)
    thread = threading.Thread(target=runner.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield server
    runner.should_exit = True
    thread.join(30)
    assert not thread.is_alive(), [vars(connection) for connection in runner.server_state.connections]
    listener.close()


@pytest.fixture
def server(running: Server) -> Server:
    """The server, with nothing received yet."""
    running.received.clear()
    return running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of the server."""
    with httpx.Client(base_url=server.url, verify=False) as client:
        yield client


@pytest_asyncio.fixture
async def aclient(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """An async client of the server."""
    async with httpx.AsyncClient(base_url=server.url, verify=False) as client:
        yield client

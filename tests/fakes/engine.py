"""An engine that answers any call as a test says: with any status, late, twice, half or never. On loopback, both sides.

It has a loop and threads of its own, so that what a client leaves on its loop can be counted.
"""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, cast

import grpc
import grpc.aio

from hatchet import ClientConfig, ClientTLSConfig, Hatchet
from tests.fakes.world import TENANT, World, rest_answer

LARGEST = 64 << 20  # bytes of a message, more than clients take


@dataclass(frozen=True)
class Step:
    """How one call is answered. A plain one is answered at once, rightly, once."""

    status: str = ""
    """The name of a gRPC status, or the number of one of HTTP, with which it fails; empty where it does not."""
    acts: bool = True
    """Whether the engine has done what it was asked for before it fails."""
    late: float = 0.0
    """Seconds before the answer."""
    copies: int = 1
    """How often the answer is sent; a call may also end without one."""
    half: bool = False
    """Only the first half of the answer's bytes are sent."""
    never: bool = False
    """There is no answer until the client gives up."""
    after: int = 0
    """Of a stream: messages before the failure, or before the silence."""
    retry_after: str = ""
    """Over HTTP: the header."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is wrong with it."""
        return self == Step()


PLAIN = Step()


class Script:
    """What happens to the next calls of each method; those that no step is left for are answered plainly."""

    def __init__(self, steps: Mapping[str, list[Step]] | None = None) -> None:
        self._steps: dict[str, deque[Step]] = {name: deque(each) for name, each in (steps or {}).items()}
        self._always: dict[str, Step] = {}
        self._lock = threading.Lock()
        self.calls: list[tuple[str, float]] = []
        """Each call, by method and time."""

    def always(self, method: str, step: Step) -> None:
        """All further calls of a method."""
        self._always[method] = step

    def next(self, method: str) -> Step:
        """The step for a call that has come."""
        with self._lock:
            self.calls.append((method, time.monotonic()))
            steps = self._steps.get(method)
            return steps.popleft() if steps else self._always.get(method, PLAIN)

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(name == method for name, _ in self.calls)


class FakeEngine:
    """The servers; `play` gives them a script and forgets what was.

    `with FakeEngine() as engine: engine.client()`
    """

    def __init__(self) -> None:
        self.world = World()
        self.script = Script()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-engine", daemon=True)
        self._gone = asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        self._grpc_port = self._run(self._start())
        self._rest = _RestServer(self)
        self._rest_thread = threading.Thread(target=self._rest.serve_forever, args=(0.01,), daemon=True)
        self._rest_thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._gone.set()
        self._run(self._server.stop(0))
        self._rest.shutdown()
        self._rest.server_close()
        self._rest_thread.join()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:  # Any: as of the coroutine
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20)

    async def _start(self) -> int:
        self._server = grpc.aio.server(
            options=[
                ("grpc.max_receive_message_length", LARGEST),
                ("grpc.max_send_message_length", LARGEST),
                ("grpc.http2.max_ping_strikes", 0),
            ]
        )
        self._server.add_generic_rpc_handlers((_Methods(self),))
        port = self._server.add_insecure_port("127.0.0.1:0")
        await self._server.start()
        return int(port)

    # -- for tests

    def play(self, script: Script | Mapping[str, list[Step]] | None = None) -> World:
        """Follow a script from now on; the world is a new one."""
        self.world = World()
        self.script = script if isinstance(script, Script) else Script(script)
        return self.world

    def client(self, **settings: Any) -> Hatchet:
        """A client of it."""
        given = {
            "token": token(),
            "host_port": f"127.0.0.1:{self._grpc_port}",
            "server_url": f"http://127.0.0.1:{self._rest.server_address[1]}",
            **settings,
        }
        return Hatchet(ClientConfig(**given, tls_config=ClientTLSConfig(strategy="none")))

    # -- for the servers

    async def answer(self, method: str, requests: AsyncIterator[bytes], context: _Context) -> AsyncIterator[bytes]:
        """One call over gRPC."""
        step, world = self.script.next(method), self.world
        answers = world.grpc.get(method)
        if answers is None:
            await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{method} is not served here")
        if step.late:
            await asyncio.sleep(step.late)
        sent = 0
        if step.acts:
            async for message in answers(requests):
                if (step.status or step.never) and sent >= step.after:
                    break
                for _ in range(step.copies):
                    yield message[: len(message) // 2] if step.half else message
                sent += 1
        if step.never:
            await self._gone.wait()
        if step.status:
            await context.abort(grpc.StatusCode[step.status], f"as the test says, in {method}")


_Context = grpc.aio.ServicerContext[Any, Any]  # any messages: they pass as bytes


class _Methods(grpc.GenericRpcHandler):
    """Every method, as one with many requests and many answers: its frames are the same as of others."""

    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        method = handler_call_details.method.rpartition("/")[2]

        async def answers(requests: AsyncIterator[bytes], context: _Context) -> AsyncIterator[bytes]:
            async for message in self._engine.answer(method, requests, context):
                yield message

        # cast: the stubs describe handlers of the blocking API.
        return grpc.stream_stream_rpc_method_handler(cast("Callable[..., Any]", answers))


class _RestServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, engine: FakeEngine) -> None:
        super().__init__(("127.0.0.1", 0), _Rest)
        self.engine = engine

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that break, as they shall."""


class _Rest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _RestServer

    def _serve(self) -> None:
        engine, length = self.server.engine, int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        step, world = engine.script.next(self.command), engine.world
        if step.late:
            time.sleep(step.late)
        answer: object = rest_answer(world, self.command, self.path, body) if step.acts else {}
        if step.never:
            self.connection.settimeout(30)
            self.rfile.read(1)  # until the client hangs up
            self.close_connection = True
            return
        if step.copies == 0:
            self.close_connection = True
            return
        status = int(step.status) if step.status else 200
        if answer is None:
            status, answer = 404, {"errors": [{"description": "there is none"}]}
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if step.retry_after:
            self.send_header("Retry-After", step.retry_after)
        self.end_headers()
        if step.half:
            data = data[: len(data) // 2]
            self.close_connection = True
        self.wfile.write(data * step.copies)
        if step.copies > 1:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # the names that the base class calls

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def token() -> str:
    """A token that says what a client reads in it; nobody signed it."""
    claims = {"sub": TENANT, "server_url": "http://127.0.0.1:9", "grpc_broadcast_address": "127.0.0.1:9"}
    return f"eyJhbGciOiJub25lIn0.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.none"

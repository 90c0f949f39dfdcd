"""Real servers for the transport: certificates, gRPC and HTTP with TLS or without, and a proxy."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NoReturn

import grpc
import grpc.aio
import pytest

from hatchet.transport.io_loop import shared_io_loop
from hatchet_api.grpc import dispatcher_pb2
from tests.certificates import Certificates

WORKERS = b'{"rows": [], "pagination": {}}'
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "grpc_proxy", "no_grpc_proxy")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority, and what it signed."""
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that this machine says of proxies."""
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Versions:
    """Serves GetVersion."""

    async def get_version(self, request: dispatcher_pb2.GetVersionRequest, context: Any) -> Any:
        return dispatcher_pb2.GetVersionResponse(version="v0.101.27")

    def __getattr__(self, call: str) -> Any:
        async def unserved(*arguments: Any) -> NoReturn:
            raise NotImplementedError(call)

        return unserved


Serve = Callable[..., int]


@pytest.fixture
def serve_grpc(certificates: Certificates) -> Generator[Serve, None, None]:
    """Start a gRPC server on loopback, its port: `tls` names its certificate, `mutual` wants one of the client."""
    from hatchet_api.services.dispatcher import add_dispatcher_servicer

    io = shared_io_loop()
    running: list[grpc.aio.Server] = []

    async def start(tls: str | None, mutual: bool) -> int:
        server = grpc.aio.server()
        add_dispatcher_servicer(server, Versions())
        port = server.add_insecure_port("127.0.0.1:0") if tls is None else 0
        if tls is not None:
            pair = (certificates.read(f"{tls}.key"), certificates.read(f"{tls}.pem"))
            authority = certificates.read("ca.pem")
            credentials = grpc.ssl_server_credentials([pair], authority, require_client_auth=mutual)
            port = server.add_secure_port("127.0.0.1:0", credentials)
        await server.start()
        running.append(server)
        return port

    yield lambda tls=None, mutual=False: io.block(start(tls, mutual))
    for server in running:
        io.block(server.stop(0))


class _Rest(BaseHTTPRequestHandler):
    """Answers every request with a list of no workers."""

    def do_GET(self) -> None:  # the name that the base class calls
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(WORKERS)))
        self.end_headers()
        self.wfile.write(WORKERS)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Quiet(ThreadingHTTPServer):
    context: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the connection's thread: a handshake that never ends holds up nobody.
        if self.context is None:
            return super().finish_request(request, client_address)
        with self.context.wrap_socket(request, server_side=True) as secured:
            return super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of handshakes that fail, as they shall."""


@pytest.fixture
def serve_rest(certificates: Certificates) -> Generator[Serve, None, None]:
    """Start an HTTP server on loopback, its port; as `serve_grpc`."""
    running: list[tuple[_Quiet, threading.Thread]] = []

    def start(tls: str | None = None, mutual: bool = False) -> int:
        server = _Quiet(("127.0.0.1", 0), _Rest)
        if tls is not None:
            server.context = certificates.for_server(tls, mutual=mutual)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return int(server.server_address[1])

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class ConnectProxy:
    """Tunnels for CONNECT to any host, each to loopback: `routes` says to which port a target's port leads."""

    routes: dict[int, int] = field(default_factory=dict[int, int])
    status: str = "200 Connection established"
    heads: list[bytes] = field(default_factory=list[bytes])
    """The first that came on each connection."""

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        """For the variables."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def targets(self) -> set[str]:
        """What it was asked for."""
        return {head.split(b" ")[1].decode() for head in self.heads if head.startswith(b"CONNECT ")}

    def close(self) -> None:
        """Break all tunnels."""
        self._listener.shutdown(socket.SHUT_RDWR)  # ends the thread that accepts
        self._accepting.join()
        self._listener.close()
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._open.append(connection)
        with connection, contextlib.suppress(OSError):
            head = connection.recv(65536)
            self.heads.append(head)
            connection.sendall(f"HTTP/1.1 {self.status}\r\n\r\n".encode())
            if not head.startswith(b"CONNECT ") or not self.status.startswith("200"):
                return
            port = int(head.split(b" ")[1].rpartition(b":")[2])
            with socket.create_connection(("127.0.0.1", self.routes[port])) as server:
                self._open.append(server)
                back = threading.Thread(target=_copy, args=[server, connection], daemon=True)
                back.start()
                _copy(connection, server)
                back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy() -> Generator[ConnectProxy, None, None]:
    """A proxy on loopback."""
    proxy = ConnectProxy()
    yield proxy
    proxy.close()

"""`/health` and `/metrics` of a worker, over HTTP. Loaded only by workers that serve them.

A thread of its own answers, so that a blocked loop cannot keep a probe from hearing of it.
"""

from __future__ import annotations

import json
import logging
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from hatchet.config import HealthcheckConfig
from hatchet.errors import WorkerError
from hatchet.worker.metrics import CONTENT_TYPE, Figures, Observed

logger: Final = logging.getLogger("hatchet")

REQUEST_TIMEOUT = 10.0  # s; a client that says nothing must not keep a thread


class HealthServer:
    """Serves while the worker lives."""

    def __init__(self, config: HealthcheckConfig, runtime: Observed, figures: Figures) -> None:
        address = (config.bind_address or "127.0.0.1", config.port)
        try:
            self._server = _Server(address, runtime, figures)
        except OSError as error:
            raise WorkerError(
                f"the health server cannot listen on {address[0]}:{address[1]}: {error.strerror}; "
                "set HATCHET_CLIENT_WORKER_HEALTHCHECK_PORT, 0 for any free port"
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="hatchet-health", daemon=True)
        self._thread.start()
        logger.info("/health and /metrics are served on %s:%d", address[0], self.port)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], runtime: Observed, figures: Figures) -> None:
        self.runtime = runtime
        self.figures = figures
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]  # the only server that makes these handlers
    timeout = REQUEST_TIMEOUT
    protocol_version = "HTTP/1.1"
    server_version = "hatchet-worker"

    def do_GET(self) -> None:
        """Answer a probe or a scrape."""
        path = self.path.partition("?")[0]
        if path == "/health":
            health = self.server.runtime.health()
            fine = health["status"] == "HEALTHY"
            self._answer(
                HTTPStatus.OK if fine else HTTPStatus.SERVICE_UNAVAILABLE, "application/json", json.dumps(health)
            )
        elif path == "/metrics":
            self._answer(HTTPStatus.OK, CONTENT_TYPE, self.server.figures.text())
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", "there are /health and /metrics\n")

    do_HEAD = do_GET

    def _answer(self, status: HTTPStatus, kind: str, body: str | bytes) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Probes come every few seconds: worth a line only for whoever debugs."""
        logger.debug(format, *args)

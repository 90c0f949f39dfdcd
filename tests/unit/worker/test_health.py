"""The answers of a worker's health server, whole."""

from __future__ import annotations

import http.client
import json
from collections.abc import Generator
from typing import Any, cast

import pytest

from hatchet import WorkerError
from hatchet.config import HealthcheckConfig
from hatchet.worker.health import HealthServer


class Observed:
    """A worker whose health a test says."""

    status = "HEALTHY"

    def health(self) -> dict[str, Any]:
        return {"status": self.status}


class Figures:
    """Figures of a test."""

    def text(self) -> bytes:
        return b"slots 1\n"


def _config(port: int) -> HealthcheckConfig:
    return HealthcheckConfig(enabled=True, port=port, bind_address="127.0.0.1")


class Served:
    """A health server on a free port."""

    def __init__(self) -> None:
        self.worker = Observed()
        # Of both it uses what stands above.
        self.server = HealthServer(_config(0), cast("Any", self.worker), cast("Any", Figures()))

    def ask(self, path: str, method: str = "GET") -> tuple[int, str | None, str | None, bytes]:
        """Status, kind, length and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        connection.request(method, path)
        answer = connection.getresponse()
        found = answer.status, answer.getheader("Content-Type"), answer.getheader("Content-Length"), answer.read()
        connection.close()
        return found


@pytest.fixture
def served() -> Generator[Served]:
    served = Served()
    yield served
    served.server.close()


NOWHERE = b"there are /health and /metrics\n"


def test_the_server_answers_probes_and_scrapes(served: Served) -> None:
    healthy = b'{"status": "HEALTHY"}'
    for query in ("", "?", "?full=1", "?a?b"):
        assert served.ask(f"/health{query}") == (200, "application/json", str(len(healthy)), healthy)
        status, kind, length, body = served.ask(f"/metrics{query}")
        assert (status, length, body) == (200, "8", b"slots 1\n")
        assert str(kind).startswith("text/plain; version=")
        assert served.ask(f"/else{query}") == (404, "text/plain", str(len(NOWHERE)), NOWHERE)
        assert served.ask(f"/health{query}", "HEAD") == (200, "application/json", str(len(healthy)), b"")
    for bad in ("STARTING", "UNHEALTHY"):
        served.worker.status = bad
        answer = json.dumps({"status": bad}).encode()
        assert served.ask("/health") == (503, "application/json", str(len(answer)), answer)
    port = served.server.port
    with pytest.raises(WorkerError) as caught:
        HealthServer(_config(port), cast("Any", Observed()), cast("Any", Figures()))
    assert str(caught.value) == (
        f"the health server cannot listen on 127.0.0.1:{port}: Address already in use; "
        "set HATCHET_CLIENT_WORKER_HEALTHCHECK_PORT, 0 for any free port"
    )

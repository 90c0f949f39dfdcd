"""Import times, each in a fresh interpreter; the floor is what nobody can do without."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.bench.programs import run, say

ROUNDS = 7
FIRST_USE = "assert hatchet.workers.list().rows"
STATEMENTS = {
    "floor": "import grpc.aio, pydantic",
    "names": "from hatchet import Hatchet, Context",
    "package": "import hatchet",
    "httpx": "import httpx",
    "declared": "from tests.bench import declared",
    "declared floor": "import grpc.aio\nfrom tests.bench import model",
    "feature": FIRST_USE,
    "bare feature": FIRST_USE,
}
CLIENT = """\
from hatchet import ClientConfig, Hatchet
hatchet = Hatchet(ClientConfig(token={token!r}, server_url={url!r}))
"""
TASK = """\
from hatchet import Context, EmptyModel
@hatchet.task()
def greet(input: EmptyModel, ctx: Context) -> None: ...
"""
BEFORE = {"feature": CLIENT + TASK, "bare feature": CLIENT}
"""What is done first, and not measured. What declares something has loaded pydantic, a bare client has not."""
TOKEN = (
    "eyJhbGciOiJub25lIn0."
    + base64.urlsafe_b64encode(
        b'{"sub": "00000000-0000-4000-8000-000000000001", "server_url": "http://127.0.0.1:9",'
        b' "grpc_broadcast_address": "127.0.0.1:9"}'
    )
    .decode()
    .rstrip("=")
    + ".x"
)
WORKERS: dict[str, object] = {
    "rows": [
        {
            "metadata": {
                "id": "00000000-0000-4000-8000-000000000002",
                "createdAt": "2026-01-01T00:00:00Z",
                "updatedAt": "2026-01-01T00:00:00Z",
            },
            "name": "worker",
            "type": "SELFHOSTED",
        }
    ],
    "pagination": {},
}


class _Workers(BaseHTTPRequestHandler):
    """Answers every request with a list of workers."""

    def do_GET(self) -> None:  # the name that the base class calls
        content = json.dumps(WORKERS).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _served() -> Generator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Workers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def measure() -> dict[str, list[float]]:
    """Seconds of each import, one figure for each round; the rounds interleave, so that drift hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    with _served() as url:
        for round_ in range(ROUNDS + 1):
            say(f"imports {round_}/{ROUNDS}")
            for name, statement in STATEMENTS.items():
                before = BEFORE.get(name, "").format(token=TOKEN, url=url)
                # Declaring needs a token, which is not checked before the first call.
                settings = {"HATCHET_CLIENT_TOKEN": TOKEN}
                program = (
                    f"{before}import time; began = time.perf_counter()\n{statement}\nprint(time.perf_counter() - began)"
                )
                taken = float(run("-c", program, settings=settings))
                if round_:  # the first round fills the caches of files and byte code
                    seconds[name].append(taken)
    return seconds

"""Import times, each in a fresh interpreter; the floor is what nobody can do without."""

from __future__ import annotations

import base64

from tests.bench.programs import run, say

ROUNDS = 5
STATEMENTS = {
    "floor": "import grpc.aio, pydantic",
    "names": "from hatchet import Hatchet, Context",
    "package": "import hatchet",
    "httpx": "import httpx",
    "feature": "try: hatchet.workers.list()\nexcept Unavailable: pass",
}
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
BEFORE = {
    # A client of an engine that is not there: the first call loads all that a feature needs, and is refused at once.
    "feature": "from hatchet import ClientConfig, Hatchet, TenacityConfig, Unavailable\n"
    f"hatchet = Hatchet(ClientConfig(token={TOKEN!r}, tenacity=TenacityConfig(max_attempts=1)))\n",
}
"""What is done first, and not measured."""


def measure() -> dict[str, list[float]]:
    """Seconds of each import, one figure for each round; the rounds interleave, so that drift hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for round_ in range(ROUNDS + 1):
        say(f"imports {round_}/{ROUNDS}")
        for name, statement in STATEMENTS.items():
            before = BEFORE.get(name, "")
            program = (
                f"{before}import time; began = time.perf_counter()\n{statement}\nprint(time.perf_counter() - began)"
            )
            taken = float(run("-c", program))
            if round_:  # the first round fills the caches of files and byte code
                seconds[name].append(taken)
    return seconds

"""Import times, each in a fresh interpreter; the floor is what nobody can do without."""

from __future__ import annotations

from tests.bench.programs import run, say

ROUNDS = 5
STATEMENTS = {
    "floor": "import grpc.aio, pydantic",
    "names": "from hatchet import Hatchet, Context",
    "package": "import hatchet",
}


def measure() -> dict[str, list[float]]:
    """Seconds of each import, one figure for each round; the rounds interleave, so that drift hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for round_ in range(ROUNDS + 1):
        say(f"imports {round_}/{ROUNDS}")
        for name, statement in STATEMENTS.items():
            program = f"import time; began = time.perf_counter()\n{statement}\nprint(time.perf_counter() - began)"
            taken = float(run("-c", program))
            if round_:  # the first round fills the caches of files and byte code
                seconds[name].append(taken)
    return seconds

"""Fresh processes, from their start to a first result, beside one that only makes a model; time and memory of each."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.bench.programs import ROOT, environment, say

ROUNDS = 7
LAST = "import os, resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True); os._exit(0)"
PROGRAMS = {
    "floor": f"""
import pydantic
class Point(pydantic.BaseModel):
    x: int
Point(x=1)
{LAST}
""",
    "fresh": f"""
from hatchet import Context, EmptyModel, Hatchet
hatchet = Hatchet.from_embedded(None)
@hatchet.task()
async def noop(input: EmptyModel, ctx: Context) -> int:
    return 1
with hatchet.worker("fresh", workflows=[noop]):
    assert noop.run() == 1
    {LAST}
""",
}


def measure() -> dict[str, list[float]]:
    """Seconds of each program and megabytes of it (`… memory`), one figure for each round."""
    found: dict[str, list[float]] = {}
    for round_ in range(ROUNDS + 1):
        say(f"fresh processes {round_}/{ROUNDS}")
        for name, program in PROGRAMS.items():
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, env=environment(), check=True
            )
            taken = time.perf_counter() - began
            if round_:  # the first round fills the caches of files and byte code
                found.setdefault(name, []).append(taken)
                found.setdefault(f"{name} memory", []).append(float(done.stdout.split(os.linesep)[0]))
    return found

"""A worker whose runs sleep: prints its memory when it listens, and again when its input has a line."""

from __future__ import annotations

import re
import resource
import sys
from datetime import timedelta
from pathlib import Path

from hatchet import DurableContext, EmptyModel, EvictionPolicy, Hatchet

TTL, NAP = timedelta(seconds=5), timedelta(seconds=30)
SLOTS = 1_000


def memory() -> float:
    """Megabytes that this program has held at most.

    Linux counts in `ru_maxrss` what the process held that started it, which here has an engine.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(peak) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Work until the input ends."""
    hatchet = Hatchet()

    @hatchet.durable_task(name="nap", execution_timeout=timedelta(minutes=30), eviction_policy=EvictionPolicy(ttl=TTL))
    async def nap(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for(NAP)
        return ctx.invocation_count

    with hatchet.worker("sleepers", workflows=[nap], durable_slots=SLOTS):
        print(memory(), flush=True)
        sys.stdin.readline()
        print(memory(), flush=True)


if __name__ == "__main__":
    main()

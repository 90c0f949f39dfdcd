"""A worker whose runs are evicted at once: for each line of its input, `N`, prints what it holds after N evictions.

That is one JSON object: bytes that Python has allocated, and how many of its objects belong to one run each.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
import time
import tracemalloc
from collections import Counter
from datetime import timedelta
from typing import Any

from hatchet import Context, DurableContext, EmptyModel, EvictionPolicy, Hatchet, Hook, TaskEnd
from hatchet.worker import eviction

OF_A_RUN = ("DurableContext", "DurableSession", "DurableLog", "Entries", "Line", "Execution", "Assignment")
LIMIT = 20.0  # s


class Evicted(Hook):
    """Counts evictions."""

    def __init__(self) -> None:
        self.seen = threading.Semaphore(0)

    def task_ended(self, ctx: Context[Any], end: TaskEnd) -> None:
        if end.status == "evicted":
            self.seen.release()


def held_at_rest() -> dict[str, int]:
    """What this program holds once it lets go of no more."""
    deadline = time.monotonic() + LIMIT
    found = held()
    while time.monotonic() < deadline:
        threading.Event().wait(0.2)
        before, found = found, held()
        if found["objects"] == before["objects"] and found["tasks"] == before["tasks"]:
            break
    return found


def held() -> dict[str, int]:
    """What this program holds now."""
    gc.collect()
    found = Counter(type(each).__name__ for each in gc.get_objects())
    tasks = sum(isinstance(each, asyncio.Task) and not each.done() for each in gc.get_objects())
    return {
        "bytes": tracemalloc.get_traced_memory()[0],
        "tasks": tasks,
        "objects": sum(found[name] for name in OF_A_RUN),
    }


def main() -> None:
    """Work until the input ends."""
    eviction.TICK = 0.1
    evicted = Evicted()
    hatchet = Hatchet(hooks=[evicted])

    @hatchet.durable_task(
        name="waits", execution_timeout="30m", eviction_policy=EvictionPolicy(ttl=timedelta(milliseconds=1))
    )
    async def waits(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_wait_for_event("go")

    tracemalloc.start()
    with hatchet.worker("evicting", workflows=[waits]):
        print("ready", flush=True)
        for line in sys.stdin:
            for _ in range(int(line)):
                evicted.seen.acquire()
            print(json.dumps(held_at_rest()), flush=True)


if __name__ == "__main__":
    main()

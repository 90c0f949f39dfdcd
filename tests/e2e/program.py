"""A worker's program, run as a process by the tests beside it.

It writes a line to the file of LOG for each thing that happens: `<what> <argument>`.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from hatchet import Context, EmptyModel, Hatchet, Standalone

hatchet = Hatchet()
LOG = Path(os.environ["LOG"])
program = logging.getLogger("program")
if "LOG_DISK" in os.environ:  # a file that the program logs to besides, as programs do
    disk = logging.FileHandler(os.environ["LOG_DISK"])
    logging.basicConfig(level=logging.INFO, handlers=[disk, logging.StreamHandler(sys.stderr)])


class Job(BaseModel):
    name: str
    seconds: float = 0


def note(what: str) -> None:
    with LOG.open("a") as file:
        file.write(what + "\n")


@hatchet.task(retries=0, execution_timeout="120s")
async def job(input: Job, ctx: Context) -> str:
    note(f"began {input.name} {ctx.retry_count}")
    await asyncio.sleep(input.seconds)
    note(f"ended {input.name} {ctx.retry_count}")
    return f"{input.name} by {os.getpid()}"


@hatchet.task(execution_timeout="120s")
def sync_job(input: Job, ctx: Context) -> str:
    note(f"began {input.name} {ctx.retry_count}")
    time.sleep(input.seconds)
    note(f"ended {input.name} {ctx.retry_count}")
    return input.name


@hatchet.task(execution_timeout="120s")
async def blocker(input: Job, ctx: Context) -> str:
    """A faulty task: it keeps the loop of async tasks from running."""
    note(f"began {input.name} {ctx.retry_count}")
    time.sleep(input.seconds)  # noqa: ASYNC251  # the fault
    note(f"ended {input.name} {ctx.retry_count}")
    return input.name


@hatchet.task(execution_timeout="120s")
async def speaker(input: Job, ctx: Context) -> str:
    for line in range(20):
        program.info("%s says %d", input.name, line)
    return input.name


@hatchet.task(execution_timeout="120s")
async def chatty(input: Job, ctx: Context) -> str:
    program.warning("%s speaks", input.name)
    await ctx.aio_put_stream(input.name)
    return input.name


class Inventory(BaseModel):
    resident: int
    """Bytes."""
    threads: int
    files: int
    tasks: int
    """On the loop of async handlers and on the client's own."""
    objects: int


def resident() -> int:
    """Memory that the process holds, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@hatchet.task(execution_timeout="120s")
async def inventory(input: EmptyModel, ctx: Context) -> Inventory:
    """What the process holds once the log lines of the tasks before are delivered."""
    while any(task.get_name() == "sender of log lines" for task in asyncio.all_tasks(hatchet.io.loop)):
        await asyncio.sleep(0.01)
    gc.collect()
    return Inventory(
        resident=resident(),
        threads=threading.active_count(),
        files=len(os.listdir("/proc/self/fd")),
        tasks=len(asyncio.all_tasks()) + len(asyncio.all_tasks(hatchet.io.loop)),
        objects=len(gc.get_objects()),
    )


def announce() -> None:
    worker.wait_until_ready(60)
    note("ready 0")


if __name__ == "__main__":
    tasks: list[Standalone[Any, Any]] = [job, sync_job, blocker, speaker, chatty, inventory]
    worker = hatchet.worker("program", slots=int(os.environ.get("SLOTS", "100")), workflows=tasks)
    note(f"started {os.getpid()}")
    threading.Thread(target=announce, daemon=True).start()
    worker.start()
    note("stopped 0")

"""A worker's program, run as a process by the tests beside it.

It writes a line to the file of LOG for each thing that happens: `<what> <argument>`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from pathlib import Path

from pydantic import BaseModel

from hatchet import Context, Hatchet

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


def announce() -> None:
    worker.wait_until_ready(60)
    note("ready 0")


if __name__ == "__main__":
    tasks = [job, sync_job, blocker, speaker]
    worker = hatchet.worker("program", slots=int(os.environ.get("SLOTS", "100")), workflows=tasks)
    note(f"started {os.getpid()}")
    threading.Thread(target=announce, daemon=True).start()
    worker.start()
    note("stopped 0")

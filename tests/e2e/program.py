"""A worker's program, run as a process by the tests beside it.

It writes a line to the file of LOG for each thing that happens: `<what> <argument>`.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from pydantic import BaseModel

from hatchet import Context, Hatchet

hatchet = Hatchet()
LOG = Path(os.environ["LOG"])


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


if __name__ == "__main__":
    worker = hatchet.worker("program", slots=int(os.environ.get("SLOTS", "100")), workflows=[job, sync_job])
    note(f"started {os.getpid()}")
    worker.start()
    note("stopped 0")

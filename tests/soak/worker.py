"""A worker that writes down what it executes: one line in the file LOG when a task begins, and one when it ends."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from pydantic import BaseModel

from hatchet import Context, Hatchet

LOG = Path(os.environ["LOG"])


class Job(BaseModel):
    seconds: float = 0


def note(what: str) -> None:
    with LOG.open("a") as file:
        file.write(what + "\n")


def main() -> None:
    hatchet = Hatchet()

    @hatchet.task(name="job", retries=0, execution_timeout="20s", schedule_timeout="10m")
    async def job(input: Job, ctx: Context) -> str:
        note(f"began {ctx.workflow_run_id} {ctx.retry_count}")
        await asyncio.sleep(input.seconds)
        note(f"ended {ctx.workflow_run_id} {ctx.retry_count}")
        return ctx.workflow_run_id

    hatchet.worker("soak", slots=50, workflows=[job]).start()


if __name__ == "__main__":
    main()

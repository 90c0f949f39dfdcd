"""The page beside 100,000 runs: the list and one of them, as a browser gets them. Prints one JSON object of figures."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from typing import Final

from hatchet import Context, EmptyModel, Hatchet
from tests.page.visitor import Visitor, visiting

RUNS: Final = 100_000
BATCH: Final = 2_000
ROUNDS: Final = 20


def started(hatchet: Hatchet, count: int) -> str:
    """So many runs that have ended; one of them."""

    @hatchet.task(name="ends")
    async def ends(input: EmptyModel, ctx: Context) -> None: ...

    flow = hatchet.workflow("steps")

    @flow.task()
    async def first(input: EmptyModel, ctx: Context) -> int:
        for number in range(10):
            await ctx.aio_log(f"line {number}")
        return 1

    @flow.task(parents=[first])
    async def second(input: EmptyModel, ctx: Context) -> int:
        return 2

    with hatchet.worker("w", workflows=[ends, flow], slots=500):
        for _ in range(count // BATCH):
            ends.run_many([ends.create_bulk_run_item() for _ in range(BATCH)])
        ref = flow.run_no_wait()
        ref.result()
    return ref.workflow_run_id


async def seconds(visitor: Visitor, path: str) -> list[float]:
    """How long a view takes, to the last byte."""
    found: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await visitor.see(path)
        found.append(time.perf_counter() - began)
    return found


async def measured(hatchet: Hatchet, run_id: str) -> dict[str, list[float]]:
    """The figures."""
    async with visiting(hatchet) as visitor:
        views = {
            "list": "/runs", "failed": "/runs?status=FAILED", "of a workflow": "/runs?name=ends&past=all",
            "metadata": "/runs?metadata=a:b", "page 1000": "/runs?page=1000", "run": f"/runs/{run_id}",
        }  # fmt: skip
        return {name: await seconds(visitor, path) for name, path in views.items()}


def main() -> None:
    """Measure, and print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder, Hatchet.from_embedded(folder) as hatchet:
        run_id = started(hatchet, count)
        print(json.dumps(asyncio.run(measured(hatchet, run_id))))


if __name__ == "__main__":
    main()

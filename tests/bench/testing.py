"""What an engine costs a test: its start, a whole test, a month of sleep, a cron of a year. Prints JSON, in seconds."""

from __future__ import annotations

import json
import time
from datetime import timedelta

from hatchet import Context, DurableContext, EmptyModel, Hatchet
from hatchet.testing import MemoryEngine

TESTS = 60
WARM = 5  # the first ones load what all use
YEARS = 3

hatchet = Hatchet()


@hatchet.task()
async def greet(input: str, ctx: Context) -> str:
    """A task that does next to nothing."""
    return f"hello {input}"


@hatchet.durable_task(execution_timeout=timedelta(days=90))
async def nap(input: EmptyModel, ctx: DurableContext) -> None:
    """Sleep for a month."""
    await ctx.aio_sleep_for(timedelta(days=30))


@hatchet.task(on_crons=["0 6 * * *"])
async def daily(input: EmptyModel, ctx: Context) -> None:
    """It runs each day."""


def test() -> tuple[float, float]:
    """A test with an engine, a worker and one run: seconds until they have started, and of all."""
    began = time.perf_counter()
    with MemoryEngine() as engine, engine.worker(greet):
        started = time.perf_counter()
        greet.run("Ada")
    return started - began, time.perf_counter() - began


def month() -> float:
    """A test that sleeps for a month durably."""
    began = time.perf_counter()
    with MemoryEngine() as engine, engine.worker(nap):
        ref = nap.run_no_wait()
        engine.skip(timedelta(days=30))
        ref.result()
    return time.perf_counter() - began


def year() -> float:
    """A test that fires a daily cron for a year."""
    began = time.perf_counter()
    with MemoryEngine() as engine, engine.worker(daily):
        engine.skip(timedelta(days=365))
        assert len(engine.runs(daily)) == 365
    return time.perf_counter() - began


def main() -> None:
    """Measure."""
    tests = [test() for _ in range(TESTS)][WARM:]
    months = [month() for _ in range(TESTS)][WARM:]
    figures = {
        "start": [start for start, _ in tests],
        "test": [whole for _, whole in tests],
        "month": months,
        "year": [year() for _ in range(YEARS)],
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

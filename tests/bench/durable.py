"""Durable tasks on an embedded engine: prints figures as one JSON object."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import Any, Final

from hatchet import Context, DurableContext, EmptyModel, EvictionPolicy, Hatchet
from hatchet.engine import EmbeddedEngine
from hatchet.transport.io_loop import shared_io_loop
from hatchet.worker.durable_lines import Line
from hatchet.worker.durable_stream import DurableStream
from tests.bench.programs import ROOT, environment
from tests.bench.sleeper import SLOTS
from tests.conformance.breaks import Breaks
from tests.e2e.programs import settings_for
from tests.reach import config_of

LONG: Final = timedelta(minutes=30)
RUNS, STEPS = 100, 5  # durable tasks of one round, and memos of each
ROUNDS: Final = 3
ENTRIES = 1_000  # of the log that is replayed
RETURNS: Final = 100  # evictions and restores
SLEEPERS = SLOTS  # runs on one worker
CUTS: Final = 10  # of the stream


def same(number: int) -> int:
    return number


def rates(hatchet: Hatchet) -> dict[str, list[float]]:
    """Steps of durable tasks in a second, and plain tasks."""

    @hatchet.task()
    async def plain(input: EmptyModel, ctx: Context) -> None:
        return None

    @hatchet.durable_task(execution_timeout=LONG)
    async def steps(input: EmptyModel, ctx: DurableContext) -> int:
        return sum([await ctx.aio_memo(same, number) for number in range(STEPS)])

    found: dict[str, list[float]] = {"steps": [], "plain": []}
    with hatchet.worker("steps", workflows=[plain, steps], slots=RUNS * STEPS):
        for round_ in range(ROUNDS + 1):
            began = time.perf_counter()
            steps.run_many([steps.create_bulk_run_item() for _ in range(RUNS)])
            ended = time.perf_counter()
            plain.run_many([plain.create_bulk_run_item() for _ in range(RUNS * STEPS)])
            if round_:  # the first warms up
                found["steps"].append(RUNS * STEPS / (ended - began))
                found["plain"].append(RUNS * STEPS / (time.perf_counter() - ended))
    return found


def replays(hatchet: Hatchet) -> dict[str, list[float]]:
    """Seconds in which an attempt goes through a log, and those of the processor in this process."""
    taken, worked = list[float](), list[float]()

    @hatchet.durable_task(execution_timeout=LONG, retries=ROUNDS)
    async def long(input: EmptyModel, ctx: DurableContext) -> None:
        began, busy = time.perf_counter(), time.process_time()
        for number in range(ENTRIES):
            await ctx.aio_memo(same, number)
        if ctx.retry_count:
            taken.append(time.perf_counter() - began)
            worked.append(time.process_time() - busy)
        if ctx.retry_count < ROUNDS:
            raise RuntimeError("once more, by the same log")

    with hatchet.worker("replays", workflows=[long]):
        long.run()
    return {"replay": taken, "replay, worked": worked}


def returns(hatchet: Hatchet) -> dict[str, list[float]]:
    """Seconds of an eviction, and from the call that restores a run until its function runs again."""
    evicted, restored = list[float](), list[float]()
    entered, gone = threading.Semaphore(0), threading.Semaphore(0)
    evict = DurableStream.evict

    async def timed(stream: DurableStream, line: Line, reason: str, *, at_rest: bool) -> bool:
        began = time.perf_counter()
        done = await evict(stream, line, reason, at_rest=at_rest)
        evicted.append(time.perf_counter() - began)
        gone.release()
        return done

    @hatchet.durable_task(execution_timeout=LONG, eviction_policy=EvictionPolicy(ttl=timedelta(milliseconds=1)))
    async def sleeps(input: EmptyModel, ctx: DurableContext) -> None:
        entered.release()
        await ctx.aio_sleep_for("1h")

    DurableStream.evict = timed  # type: ignore[method-assign, assignment]  # to see when it begins and ends
    with hatchet.worker("returns", workflows=[sleeps]):
        runs = [sleeps.run_no_wait().workflow_run_id for _ in range(20)]
        for _ in runs:
            entered.acquire()
        for number in range(RETURNS):
            run_id = runs[number % len(runs)]
            gone.acquire()  # those that came first go first, so that this one is evicted
            began = time.perf_counter()
            hatchet.runs.restore(run_id)
            entered.acquire()
            restored.append(time.perf_counter() - began)
        for run_id in runs:
            hatchet.runs.cancel(run_id)
    DurableStream.evict = evict  # type: ignore[method-assign]
    return {"evict": evicted, "restore": restored}


def sleepers() -> dict[str, list[float]]:
    """A worker process whose runs sleep: its memory, what it evicted, and how long it took until all had ended."""
    served, io = EmbeddedEngine(), shared_io_loop()
    hatchet = Hatchet(config_of(io.block(served.start())))
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sleeper"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env={**environment(), **settings_for(hatchet)},
    )  # fmt: skip
    assert worker.stdout is not None
    idle = float(worker.stdout.readline())
    nap = hatchet.stubs.task(name="nap", output_validator=int)
    began = time.perf_counter()
    counts = nap.run_many([nap.create_bulk_run_item() for _ in range(SLEEPERS)])
    lasted = time.perf_counter() - began
    evicted = sum(count > 1 for count in counts)
    said, _ = worker.communicate("end\n", timeout=60)
    io.block(hatchet.gateway.close())
    io.block(served.stop())
    return {"idle": [idle], "memory": [float(said)], "evicted": [float(evicted)], "lasted": [lasted]}


def wakes(hatchet: Hatchet) -> list[float]:
    """Seconds from a new connection until a run goes on whose event came while there was none."""
    connected, resumed = list[float](), list[float]()
    entered, woken = threading.Semaphore(0), threading.Semaphore(0)
    begin = DurableStream._begin  # pyright: ignore[reportPrivateUsage]  # to see when it has a new connection

    def noted(stream: DurableStream) -> None:
        connected.append(time.perf_counter())
        begin(stream)

    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> None:
        entered.release()
        await ctx.aio_wait_for_event("go", scope=ctx.workflow_run_id, lookback_window=timedelta(minutes=1))
        resumed.append(time.perf_counter())
        woken.release()

    taken: list[float] = []
    DurableStream._begin = noted  # type: ignore[method-assign, assignment]  # pyright: ignore[reportPrivateUsage]
    with Breaks(hatchet) as breaks, hatchet.worker("wakes", workflows=[waits]):
        for _ in range(CUTS):
            run_id = waits.run_no_wait().workflow_run_id
            entered.acquire()
            time.sleep(0.2)  # until the engine has the wait
            breaks.now()
            hatchet.event.push("go", {}, scope=run_id)
            pushed = time.perf_counter()
            woken.acquire()
            taken.append(resumed[-1] - max(connected[-1], pushed))
            time.sleep(0.1)
    DurableStream._begin = begin  # type: ignore[method-assign]  # pyright: ignore[reportPrivateUsage]
    return taken


def main() -> None:
    """Measure, and print the figures."""
    found: dict[str, Any] = {}
    hatchet = Hatchet.from_embedded(None)
    found |= rates(hatchet)
    found |= replays(hatchet)
    found |= returns(hatchet)
    found["wake"] = wakes(hatchet)
    hatchet.stop_embedded()
    found |= sleepers()
    print(json.dumps(found))


if __name__ == "__main__":
    main()

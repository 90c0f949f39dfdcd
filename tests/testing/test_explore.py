"""Explorations: what they find, that a seed repeats it, and what they refuse."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time
import unittest
import uuid
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta, timezone

import pytest

from hatchet import Context, DurableContext, EmptyModel, Hatchet, RunFailed
from hatchet.testing import ExplorationError, explore
from hatchet.testing.explorer import Run, run_once

RUNS = 200
TIMES = int(os.environ.get("EXPLORE_TIMES", "40"))
"""How often one seed is tried again. `make soak` does it 1,000 times."""


def found(test: Callable[[], Awaitable[object]], runs: int = RUNS) -> Run:
    """The first run that fails, which its seed repeats."""
    for seed in range(runs):
        run = run_once(test, seed)
        if run.error is not None:
            again = run_once(test, seed, traced=True)
            assert (type(again.error), again.count) == (type(run.error), run.count)
            assert repr(again.error) == repr(run.error)
            return again
    raise AssertionError(f"{runs} runs found nothing")


def digest(run: Run) -> str:
    return hashlib.sha256("\n".join(run.steps).encode()).hexdigest()


# -- programs


async def all_kinds() -> None:
    """A bit of everything: async and sync tasks, durable waits, events, children, retries, several at once."""
    hatchet = Hatchet.from_embedded(None)
    tries: list[str] = []

    @hatchet.task(retries=2, backoff_factor=2.0, backoff_max_seconds=4)
    async def unsteady(input: EmptyModel, ctx: Context) -> str:
        await asyncio.sleep(random.random())
        if ctx.retry_count < 1:
            raise ValueError("not yet")
        return str(uuid.uuid4())

    @hatchet.task()
    def sync(input: EmptyModel, ctx: Context) -> float:
        time.sleep(0.5)
        tries.append(ctx.task_run_id)
        return time.time()

    @hatchet.durable_task()
    async def durable(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for(timedelta(seconds=5))
        await asyncio.gather(unsteady.aio_run(), sync.aio_run())
        payload = await ctx.aio_wait_for_event("go")
        tries.append("durable")
        return int(payload["n"])

    async def push() -> None:
        while "durable" not in tries:
            await asyncio.sleep(2)
            await hatchet.event.aio_push("go", {"n": 3})

    async with hatchet.worker("all-kinds", workflows=[unsteady, sync, durable]):
        results = await asyncio.gather(durable.aio_run(), push(), *(sync.aio_run() for _ in range(3)))
        assert results[0] == 3


async def lost_update() -> None:
    hatchet = Hatchet.from_embedded(None)
    balance = 0

    @hatchet.task()
    async def deposit(input: EmptyModel, ctx: Context) -> None:
        nonlocal balance
        read = balance
        await asyncio.sleep(0)
        balance = read + 1

    async with hatchet.worker("bank", workflows=[deposit]):
        await asyncio.gather(deposit.aio_run(), deposit.aio_run())
    assert balance == 2


async def race() -> None:
    """Right as long as the task that was started first is first."""
    hatchet = Hatchet.from_embedded(None)
    settings: dict[str, str] = {}

    @hatchet.task()
    async def write(input: EmptyModel, ctx: Context) -> None:
        settings["color"] = "blue"

    @hatchet.task()
    async def read(input: EmptyModel, ctx: Context) -> str:
        return settings["color"]

    async with hatchet.worker("race", workflows=[write, read]):
        first, second = await write.aio_run_no_wait(), await read.aio_run_no_wait()
        await first.aio_result()
        assert await second.aio_result() == "blue"


async def sync_race() -> None:
    hatchet = Hatchet.from_embedded(None)
    balance = 0

    @hatchet.task()
    def deposit(input: EmptyModel, ctx: Context) -> None:
        nonlocal balance
        read = balance
        ctx.put_stream("read")  # a call that blocks
        balance = read + 1

    async with hatchet.worker("bank", workflows=[deposit]):
        await asyncio.gather(deposit.aio_run(), deposit.aio_run())
    assert balance == 2


async def another_way() -> None:
    """What it waits for is drawn anew each time that it begins."""
    hatchet = Hatchet.from_embedded(None)

    @hatchet.durable_task(execution_timeout=timedelta(hours=1))
    async def drawn(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_sleep_for(timedelta(seconds=random.randint(1, 3)))
        await ctx.aio_sleep_for(timedelta(seconds=1))

    async with hatchet.worker("w", workflows=[drawn]):
        await drawn.aio_run()


async def same_way() -> None:
    """The same, remembered; and several calls at once."""
    hatchet = Hatchet.from_embedded(None)

    @hatchet.task()
    async def child(input: EmptyModel, ctx: Context) -> int:
        await asyncio.sleep(random.random())
        return random.randint(1, 9)

    async def draw() -> int:
        await asyncio.sleep(random.random())
        return random.randint(1, 3)

    @hatchet.durable_task(execution_timeout=timedelta(hours=1))
    async def drawn(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for(timedelta(seconds=await ctx.aio_memo(draw)))

        async def naps(times: int) -> None:
            for _ in range(times):
                await ctx.aio_sleep_for("1s")

        first, second, *_ = await asyncio.gather(child.aio_run(), child.aio_run(), naps(3), naps(2))
        winner = await ctx.first(ctx.aio_sleep_for("2s"), child.aio_run())
        return first + second + winner.index

    async with hatchet.worker("w", workflows=[drawn, child]):
        await asyncio.gather(drawn.aio_run(), drawn.aio_run())


# -- what they find


def test_a_lost_update_is_found_and_repeated() -> None:
    run = found(lost_update)
    assert isinstance(run.error, AssertionError)


def test_a_race_of_two_tasks_is_found_and_repeated() -> None:
    assert run_once(race, 0).error is None, "asyncio's own order does not show it"
    run = found(race)
    assert isinstance(run.error, RunFailed)


def test_a_lost_update_of_sync_tasks_is_found_and_repeated() -> None:
    assert isinstance(found(sync_race).error, AssertionError)


def test_a_durable_task_that_takes_another_way_is_found_and_repeated() -> None:
    run = found(another_way)
    assert isinstance(run.error, RunFailed)
    assert "NonDeterminismError" in str(run.error)


def test_durable_tasks_that_take_the_same_way_pass() -> None:
    explore(runs=25)(same_way)()


def test_a_right_program_passes() -> None:
    balance = 0

    async def locked() -> None:
        nonlocal balance
        balance = 0
        hatchet = Hatchet.from_embedded(None)
        lock = asyncio.Lock()

        @hatchet.task()
        async def deposit(input: EmptyModel, ctx: Context) -> None:
            nonlocal balance
            async with lock:
                read = balance
                await asyncio.sleep(0)
                balance = read + 1

        async with hatchet.worker("bank", workflows=[deposit]):
            await asyncio.gather(deposit.aio_run(), deposit.aio_run())
        assert balance == 2

    explore(runs=80)(locked)()


# -- the same seed


@pytest.mark.parametrize(("seed", "times"), [(1, TIMES), (2, 10)])
def test_the_same_seed_gives_the_same_order_of_events_each_time(seed: int, times: int) -> None:
    first = run_once(all_kinds, seed, traced=True)
    assert first.error is None
    assert len(first.steps) > 300
    for _ in range(times - 1):
        again = run_once(all_kinds, seed, traced=True)
        assert again.steps == first.steps
        assert again.events == first.events


def test_other_seeds_give_other_orders() -> None:
    assert len({digest(run_once(all_kinds, seed, traced=True)) for seed in range(10)}) == 10


def test_the_order_is_the_same_in_other_processes_whatever_the_seed_of_hashes() -> None:
    program = (
        "import json, sys; from tests.testing import test_explore as t;"
        "print(json.dumps([t.digest(t.run_once(t.all_kinds, seed, traced=True)) for seed in range(4)]))"
    )
    digests = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", program],
                env={**os.environ, "PYTHONHASHSEED": hashes, "PYTHONPATH": os.pathsep.join(sys.path)},
                capture_output=True,
                text=True,
                timeout=100,
                check=True,
            ).stdout
        )
        for hashes in ("1", "2", "3")
    ]
    assert digests[0] == digests[1] == digests[2]


def test_times_ids_and_chance_come_from_the_seed_and_are_put_back() -> None:
    drawn: list[tuple[object, ...]] = []

    async def draw() -> None:
        await asyncio.sleep(3600)
        drawn.append((time.time(), time.monotonic(), uuid.uuid4(), random.random(), os.urandom(4)))

    before = random.getstate(), time.time, time.sleep, os.urandom
    began = time.monotonic()
    for seed in (5, 5, 6):
        assert run_once(draw, seed).error is None
    assert drawn[0] == drawn[1]
    assert drawn[0][:2] == drawn[2][:2]
    assert drawn[0][2:] != drawn[2][2:]
    assert time.monotonic() - began < 60
    assert before == (random.getstate(), time.time, time.sleep, os.urandom)


# -- how it is used


def test_a_failure_tells_the_seed_and_the_order_of_events(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RunFailed) as caught:
        explore(race)()
    (note,) = [note for note in caught.value.__notes__ if note.startswith("seed ")]
    seed = int(note.split()[1].rstrip(";"))
    assert f"HATCHET_EXPLORE_SEED={seed}" in note
    assert "task 'read'" in note
    assert "test_explore.py:" in note
    monkeypatch.setenv("HATCHET_EXPLORE_SEED", str(seed))
    with pytest.raises(RunFailed) as repeated:
        explore(race)()
    assert note in repeated.value.__notes__
    monkeypatch.setenv("HATCHET_EXPLORE_SEED", "0")
    explore(race)()


def test_a_seed_of_the_decorator_is_the_only_one() -> None:
    seeds: list[float] = []

    @explore(seed=7)
    async def test() -> None:
        seeds.append(random.random())

    test()
    test()
    assert len(seeds) == 2
    assert seeds[0] == seeds[1]


def test_the_environment_says_how_many_runs_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []

    @explore
    async def test() -> None:
        runs.append(1)

    monkeypatch.setenv("HATCHET_EXPLORE_RUNS", "3")
    test()
    assert len(runs) == 3


@pytest.fixture
def amount() -> int:
    return 3


@explore(runs=3)
async def test_fixtures_reach_an_explored_test(amount: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert amount == 3
    await asyncio.sleep(1)


@explore(runs=3)
def test_a_sync_test_blocks_like_any_other(amount: int) -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.task()
    def double(input: EmptyModel, ctx: Context) -> int:
        time.sleep(3600)
        return amount * 2

    assert hatchet.workflows.list().rows == []
    hatchet.close()


class TestUnittest(unittest.TestCase):
    """As unittest has it."""

    @explore(runs=3)
    async def test_a_method_is_explored(self) -> None:
        hatchet = Hatchet.from_embedded(None)

        @hatchet.task()
        async def one(input: EmptyModel, ctx: Context) -> int:
            return 1

        async with hatchet.worker("w", workflows=[one]):
            self.assertEqual(await one.aio_run(), 1)  # noqa: PT009 - as unittest has it


# -- what is refused, and what has no end


def test_a_blocking_call_on_the_loop_says_what_to_write() -> None:
    async def test() -> None:
        hatchet = Hatchet.from_embedded(None)

        @hatchet.task()
        async def one(input: EmptyModel, ctx: Context) -> int:
            return 1

        async with hatchet.worker("w", workflows=[one]):
            one.run()

    error = run_once(test, 0).error
    assert "await" in str(error)
    assert "aio_run(…)" in str(error)


def test_a_client_of_outside_is_refused() -> None:
    with Hatchet.from_embedded(None) as outside:

        async def test() -> None:
            await outside.workflows.aio_list()

        assert "made outside of the exploration" in str(run_once(test, 0).error)
        assert outside.workflows.list().rows == [], "and is as it was"


def test_a_test_that_waits_for_nothing_says_where() -> None:
    async def test() -> None:
        await asyncio.Event().wait()

    error = run_once(test, 1).error
    assert isinstance(error, ExplorationError)
    assert "nothing can happen any more" in str(error)
    assert "test_explore.py:" in str(error)


def test_a_test_that_waits_for_ever_beside_a_worker_ends_by_its_limit() -> None:
    async def test() -> None:
        hatchet = Hatchet.from_embedded(None)

        @hatchet.durable_task(execution_timeout=timedelta(hours=1))
        async def waits(input: EmptyModel, ctx: DurableContext) -> None:
            await ctx.aio_wait_for_event("never")

        async with hatchet.worker("w", workflows=[waits]):
            await waits.aio_run()

    error = run_once(test, 1, timedelta(minutes=2)).error
    assert isinstance(error, ExplorationError)
    assert "0:02:0" in str(error)
    assert "in waits" in str(error)


def test_a_network_is_refused() -> None:
    async def test() -> None:
        await asyncio.open_connection("127.0.0.1", 9)

    assert "a network connection" in str(run_once(test, 1).error)


def test_a_test_that_does_not_repeat_is_told() -> None:
    runs: list[int] = []

    @explore(runs=1)
    async def test() -> None:
        runs.append(1)
        await asyncio.sleep(1)
        if len(runs) == 1:
            raise ValueError("the first time only")

    with pytest.raises(ExplorationError, match=r"does not come from the seed") as caught:
        test()
    assert isinstance(caught.value.__cause__, ValueError)


def test_explorations_are_not_nested() -> None:
    @explore(runs=1)
    async def outer() -> None:
        explore(runs=1)(lost_update)()

    with pytest.raises(Exception, match="cannot explore another"):
        outer()


def test_threads_of_outside_keep_the_real_clock() -> None:
    times: list[float] = []

    async def test() -> None:
        thread = threading.Thread(target=lambda: times.append(time.time()))
        thread.start()
        thread.join()
        times.append(time.time())

    before = time.time()
    assert run_once(test, 1).error is None
    assert before <= times[0] <= time.time()
    assert times[1] < 1_768_000_000


def test_a_worker_with_a_loop_of_its_own_is_refused() -> None:
    async def test() -> None:
        hatchet = Hatchet.from_embedded(None)

        @hatchet.task()
        async def one(input: EmptyModel, ctx: Context) -> int:
            return 1

        with pytest.raises(ExplorationError, match="async with worker"), hatchet.worker("w", workflows=[one]):
            pass
        with pytest.raises(ExplorationError, match="async with worker"):
            hatchet.worker("w", workflows=[one]).start()

    assert run_once(test, 1).error is None


def test_functions_in_executors_take_turns_with_the_loop() -> None:
    went: list[str] = []

    def blocks() -> int:
        went.append("a")
        time.sleep(5)
        went.append("c")
        return 7

    async def test() -> None:
        went.clear()
        running = asyncio.create_task(asyncio.to_thread(blocks))
        await asyncio.sleep(1)
        went.append("b")
        assert await running == 7
        assert went == ["a", "b", "c"]

    for seed in range(10):
        assert run_once(test, seed).error is None


def test_a_thread_that_nobody_knows_is_refused() -> None:
    raised: list[BaseException] = []

    async def test() -> None:
        loop = asyncio.get_running_loop()

        def other() -> None:
            try:
                loop.call_soon_threadsafe(print)
            except ExplorationError as error:
                raised.append(error)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    assert run_once(test, 1).error is None
    assert "a thread that the exploration does not know" in str(raised[0])


class Moment(datetime):
    """A subclass, as libraries have them."""


def test_dates_are_those_of_the_run_and_are_put_back() -> None:
    shown: list[list[datetime]] = []

    async def test() -> None:
        await asyncio.sleep(90)
        now = datetime.now(timezone.utc)
        assert type(Moment.now()) is Moment
        assert Moment.now().timestamp() == now.timestamp() == datetime.today().timestamp() == time.time()
        assert date.today() == datetime.now().date()
        shown.append([now])

    kept = dict(vars(datetime)), dict(vars(date))
    for seed in (1, 2):
        error = run_once(test, seed).error
        assert error is None, error
    assert shown[0] == shown[1] == [datetime(2026, 1, 1, 0, 1, 30, tzinfo=timezone.utc)]
    assert (dict(vars(datetime)), dict(vars(date))) == kept
    assert abs(datetime.now(timezone.utc).timestamp() - time.time()) < 60

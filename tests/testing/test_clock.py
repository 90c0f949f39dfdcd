"""Time at the engine of a test: all that is due by the engine's clock, and nothing of the program's own."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, cast

import pytest

from hatchet import (
    BlockingCallError,
    Context,
    DurableContext,
    EmptyModel,
    Hatchet,
    HatchetError,
    IdempotencyCollisionError,
    InputError,
    ResultTimeout,
    RunFailed,
)
from hatchet.testing import MemoryEngine, StartWorker, clock
from tests.testing import shop

DAY = timedelta(days=1)

automatic = pytest.mark.hatchet_engine(time="automatic")


def test_a_sleep_of_a_month_ends_when_the_month_is_over(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.remind):
        ref = shop.remind.run_no_wait()
        engine.skip(DAY * 30 - timedelta(minutes=1))
        assert engine.state(ref) == "WAITING"
        engine.skip(timedelta(minutes=1))
        assert ref.result() == "reminded"


async def test_a_blocking_word_is_refused_where_it_would_stop_the_worker(
    engine: MemoryEngine, worker: StartWorker
) -> None:
    async with worker(shop.remind):
        with pytest.raises(BlockingCallError, match=r"await .*aio_skip"):
            engine.skip(1)


async def test_the_words_can_be_awaited(engine: MemoryEngine, worker: StartWorker) -> None:
    async with worker(shop.remind):
        ref = await shop.remind.aio_run_no_wait()
        await engine.aio_skip(DAY * 30)
        assert await ref.aio_result() == "reminded"


def test_a_cron_of_a_year_is_there_once_a_day(engine: MemoryEngine, worker: StartWorker) -> None:
    began = time.time()
    first = engine.now()
    with worker(shop.nightly):
        engine.skip(DAY * 365)
        days = [event.at.date() for run in engine.runs(shop.nightly) for event in engine.history(run)[:1]]
    assert len(days) == 365
    assert days == [days[0] + DAY * number for number in range(365)]
    assert engine.now() - first >= DAY * 365
    assert time.time() - began < 60  # of the program's own clock


def test_schedules_come_at_their_times_and_in_their_order(engine: MemoryEngine, hatchet: Hatchet) -> None:
    done: list[int] = []

    @hatchet.task()
    def note(input: int, ctx: Context) -> None:
        done.append(input)

    with engine.worker(note, slots=1):
        at = engine.now() + timedelta(hours=2)
        for number in (1, 2, 3):
            note.schedule(at, number)
        note.schedule(at - timedelta(hours=1), 0)
        engine.skip(timedelta(hours=1, minutes=1))
        assert done == [0]
        engine.skip(timedelta(hours=1))
    assert done == [0, 1, 2, 3]


def test_retries_wait_for_their_backoff(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.flaky):
        ref = shop.flaky.run_no_wait()
        engine.settle()
        assert [event.type for event in engine.history(ref)].count("STARTED") == 1
        engine.skip(timedelta(hours=1))
        assert ref.result() == "attempt 4"
    starts = [event.at for event in engine.history(ref) if event.type == "STARTED"]
    waits = [(later - sooner).total_seconds() for sooner, later in pairwise(starts)]
    assert [round(wait / 10) for wait in waits] == [1, 10, 100]


def test_what_runs_too_long_times_out_and_what_nobody_takes_too(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.endless):
        ref = shop.endless.run_no_wait()
        engine.skip(timedelta(minutes=59), patience=0.3)
        assert engine.state(ref) == "RUNNING"
        engine.skip(timedelta(minutes=2))
        engine.wait_for(ref, "FAILED")
    waiting = shop.endless.run_no_wait()
    engine.skip(timedelta(minutes=6))
    engine.wait_for(waiting, "CANCELLED")


def test_rate_limits_let_the_next_one_go(engine: MemoryEngine, worker: StartWorker) -> None:
    shop.hatchet.rate_limits.put("calls", 1, shop.HOUR)
    with worker(shop.call):
        first, second = shop.call.run_no_wait(), shop.call.run_no_wait()
        engine.settle()
        assert (engine.state(first), engine.state(second)) == ("COMPLETED", "QUEUED")
        engine.skip(timedelta(hours=1))
        assert engine.state(second) == "COMPLETED"


def test_an_idempotency_key_is_free_again(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.once):
        shop.once.run()
        with pytest.raises(IdempotencyCollisionError):
            shop.once.run()
        engine.skip(timedelta(hours=1))
        shop.once.run()


def test_a_batch_is_called_when_its_time_is_over(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.together):
        refs = [shop.together.run_no_wait(number) for number in range(3)]
        engine.skip(timedelta(hours=1))
        assert [engine.state(ref) for ref in refs] == ["QUEUED"] * 3
        engine.skip(timedelta(hours=1))
        assert [ref.result() for ref in refs] == [3, 3, 3]


def test_an_event_comes_before_the_sleep_beside_it(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.dun):
        paying, owing = shop.dun.run_no_wait(), shop.dun.run_no_wait()
        engine.skip(DAY * 13)
        assert engine.state(paying) == engine.state(owing) == "WAITING"
        shop.hatchet.event.push("paid", {})
        assert paying.result() == "paid"
        late = shop.dun.run_no_wait()
        engine.skip(DAY * 14)
        assert late.result() == "dunned"
        assert owing.result() == "paid"


def test_a_chain_of_waits_is_gone_through_in_one_skip(engine: MemoryEngine, hatchet: Hatchet) -> None:
    @hatchet.durable_task(execution_timeout=DAY * 30)
    async def chain(input: EmptyModel, ctx: DurableContext) -> list[str]:
        seen: list[str] = []
        for _ in range(5):
            await ctx.aio_sleep_for(DAY)
            child = await leaf.aio_run()
            seen.append(child)
        return seen

    @hatchet.durable_task(execution_timeout=DAY * 30)
    async def leaf(input: EmptyModel, ctx: DurableContext) -> str:
        await ctx.aio_sleep_for(DAY)
        return "leaf"

    with engine.worker(chain, leaf):
        ref = chain.run_no_wait()
        engine.skip(DAY * 9.9)
        assert engine.state(ref) == "WAITING"
        engine.skip(DAY * 0.2)
        assert ref.result() == ["leaf"] * 5


def test_the_order_at_equal_times_is_that_of_the_bookings(engine: MemoryEngine, hatchet: Hatchet) -> None:
    order: list[str] = []

    def declare(name: str) -> object:
        @hatchet.task(name=name, on_crons=["0 0 * * *"])
        async def at_midnight(input: EmptyModel, ctx: Context) -> None:
            order.append(name)

        return at_midnight

    tasks = [declare(name) for name in ("a", "b", "c")]
    with engine.worker(*tasks, slots=1):  # type: ignore[arg-type]  # of one type, which the list does not say
        engine.skip(DAY)
        first = list(order)
        engine.skip(DAY * 9)
    assert sorted(first) == ["a", "b", "c"]
    assert order == first * 10


def test_heartbeats_go_on_while_time_is_skipped(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.remind, shop.price):
        ref = shop.remind.run_no_wait()
        engine.skip(DAY * 10)
        assert shop.price.run(shop.Order(items=1)) == 3
        engine.skip(DAY * 20)
        assert ref.result() == "reminded"
        assert [event.type for event in engine.history(ref)].count("STARTED") == 1


def test_time_goes_forward_only(engine: MemoryEngine) -> None:
    for wrong in (-1, timedelta(seconds=-1), float("nan"), float("inf")):
        with pytest.raises(HatchetError, match="forward only"):
            engine.skip(wrong)


def test_the_engine_says_its_time(engine: MemoryEngine) -> None:
    before = engine.now()
    assert abs(before - datetime.now(timezone.utc)) < timedelta(seconds=30)
    engine.skip(DAY)
    assert DAY <= engine.now() - before < DAY + timedelta(seconds=30)


@automatic
def test_time_passes_by_itself_when_the_test_waits(engine: MemoryEngine, worker: StartWorker) -> None:
    began = engine.now()
    with worker(shop.remind, shop.flaky, shop.dun):
        assert shop.remind.run() == "reminded"
        assert shop.flaky.run() == "attempt 4"
        assert shop.dun.run() == "dunned"
    assert DAY * 44 <= engine.now() - began < DAY * 45


@automatic
async def test_it_does_so_for_async_tests_and_for_parents_that_wait(engine: MemoryEngine, worker: StartWorker) -> None:
    @shop.hatchet.task(execution_timeout=DAY * 60)
    async def parent(input: EmptyModel, ctx: Context) -> str:
        return await shop.remind.aio_run()

    async with worker(parent, shop.remind):
        assert await parent.aio_run() == "reminded"


@automatic
def test_it_stands_while_code_runs_and_while_nobody_waits(engine: MemoryEngine, hatchet: Hatchet) -> None:
    moments: list[datetime] = []

    @hatchet.task()
    def slow(input: EmptyModel, ctx: Context) -> None:
        moments.append(engine.now())
        time.sleep(0.2)
        moments.append(engine.now())

    with engine.worker(slow, shop.nightly):
        slow.run()
        assert moments[1] - moments[0] < timedelta(seconds=30)  # no cron has come in between
        assert engine.now() - moments[1] < timedelta(seconds=30)


@automatic
def test_what_nobody_executes_ends_in_its_schedule_timeout(engine: MemoryEngine, worker: StartWorker) -> None:
    @shop.hatchet.task(schedule_timeout=timedelta(hours=3))
    def lonely(input: EmptyModel, ctx: Context) -> None:
        pass

    with worker(lonely):
        pass
    ref = lonely.run_no_wait()
    with pytest.raises(HatchetError, match=ref.workflow_run_id):
        ref.result()


@automatic
def test_a_timeout_of_a_task_that_waits_comes_in_its_time(engine: MemoryEngine, hatchet: Hatchet) -> None:
    @hatchet.task(execution_timeout=timedelta(hours=1))
    async def impatient(input: EmptyModel, ctx: Context) -> str:
        return await shop.remind.aio_run()

    with engine.worker(impatient, shop.remind), pytest.raises(RunFailed):
        impatient.run()


def test_a_durable_task_sees_the_time_of_its_engine(engine: MemoryEngine, hatchet: Hatchet) -> None:
    @hatchet.durable_task(execution_timeout=DAY * 30)
    async def times(input: EmptyModel, ctx: DurableContext) -> float:
        before = await ctx.aio_now()
        await ctx.aio_sleep_for(DAY * 3)
        return (await ctx.aio_now() - before).total_seconds()

    @hatchet.durable_task(execution_timeout=DAY * 30)
    async def looks_back(input: EmptyModel, ctx: DurableContext) -> str:
        event = ctx.aio_wait_for_event("paid", scope="s", lookback_window=timedelta(hours=1))
        first = await ctx.first(event, ctx.aio_sleep_for(DAY))
        return "paid" if first.index == 0 else "not of late"

    with engine.worker(times, looks_back):
        ref = times.run_no_wait()
        engine.skip(DAY * 3)
        assert round(ref.result() / 60) == 3 * 24 * 60
        hatchet.event.push("paid", {}, scope="s")
        engine.skip(DAY)
        late = looks_back.run_no_wait()
        engine.skip(DAY)
        assert late.result() == "not of late"
        hatchet.event.push("paid", {}, scope="s")
        assert looks_back.run() == "paid"


@automatic
def test_it_stands_still_when_nothing_that_comes_ends_the_wait(
    engine: MemoryEngine, hatchet: Hatchet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("hatchet.testing.clock.MOST_JUMPS", 20)

    @hatchet.durable_task(execution_timeout=DAY * 1000)
    async def forever(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_wait_for_event("never")

    began = engine.now()
    with engine.worker(forever, shop.nightly), pytest.raises(ResultTimeout):
        forever.run_no_wait().result(timeout=3)
    assert DAY * 18 < engine.now() - began < DAY * 21
    assert "was moved 20 times" in caplog.text


@pytest.mark.parametrize(
    "start", [datetime(2020, 2, 28, 23, 59, tzinfo=timezone.utc), datetime(2040, 1, 1, tzinfo=timezone.utc)]
)
def test_it_begins_when_the_test_says_so(start: datetime) -> None:
    with MemoryEngine(start=start) as engine, engine.worker(shop.nightly):
        assert start <= engine.now() < start + timedelta(minutes=1)
        engine.skip_to(start + DAY)
        assert len(engine.runs(shop.nightly)) == 1
        with pytest.raises(HatchetError, match="later than where to skip to"):
            engine.skip_to(start)
        with pytest.raises(InputError, match="time zone"):
            engine.skip_to(datetime(2041, 1, 1))  # that is the mistake
    with pytest.raises(InputError, match="time zone"):
        MemoryEngine(start=datetime(2041, 1, 1))


class Skipping:
    """An engine at which something is due so many times, each so many seconds later than the one before."""

    def __init__(self, times: int, every: float) -> None:
        self.left, self.every = times, every
        self.time = 1000.0
        self.due = self.time + every
        self.settled = 0
        self._clock: Any = self
        self._stillness = self
        self._hub: Any = self

    def now(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds if self.every else 0.0

    async def settle(self, hub: object, patience: float) -> None:
        assert (hub, patience) == (self, 5.0)
        self.settled += 1

    def next_due(self, hub: object) -> float | None:
        assert hub is self
        self.left -= 1
        at, self.due = self.due, self.due + self.every
        return at if self.left >= 0 else None


@pytest.mark.parametrize(
    ("times", "every", "settled"),
    [(0, 10.0, 2), (3, 10.0, 5), (9, 10.0, 8), (1000, 0.0, 1002), (1001, 0.0, None)],
)
async def test_time_goes_step_by_step_and_not_round_in_a_circle(
    times: int, every: float, settled: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Skipping(times, every)
    monkeypatch.setattr(clock, "next_due", engine.next_due)
    skip = clock.TimeWords._skip(cast(Any, engine), 65.0, 5.0)
    if settled is None:
        with pytest.raises(HatchetError, match="does not come to rest: more and more is due at one and the same time"):
            await skip
    else:
        await skip
        assert engine.settled == settled
        assert round(engine.time, 3) == (1065.0 if every else 1000.0)

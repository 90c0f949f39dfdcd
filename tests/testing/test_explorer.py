"""Which seeds an exploration tries, when a run has come to no end, and what is told of one that fails."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, cast

import pytest

from hatchet import HatchetError
from hatchet.errors import BlockingCallError
from hatchet.testing import ExplorationError, explore, explorer
from hatchet.testing.explore_refused import STRANGE_THREAD
from hatchet.testing.explore_trace import Event
from hatchet.testing.explore_world import UPTIME
from hatchet.testing.explorer import Run, run_once
from hatchet.transport.io_loop import shared_io_loop


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HATCHET_EXPLORE_SEED", "HATCHET_EXPLORE_RUNS"):
        monkeypatch.delenv(name, raising=False)


def test_an_exploration_tries_two_hundred_runs_of_an_hour() -> None:
    assert explorer._seeds(None, None) == range(200)
    assert inspect.signature(run_once).parameters["limit"].default == timedelta(hours=1)
    assert inspect.signature(explore).parameters["limit"].default == timedelta(hours=1)
    assert (explorer.STEPS, explorer.EVENTS, explorer.END_LIMIT) == (200_000, 200, 60.0)


@pytest.mark.parametrize(
    ("runs", "seed", "variables", "seeds"),
    [
        (1, None, {}, range(1)), (5, None, {}, range(5)), (5, 0, {}, range(1)), (None, 7, {}, range(7, 8)),
        (5, None, {"RUNS": "3"}, range(3)), (5, 9, {"RUNS": "3"}, range(9, 10)), (5, 9, {"SEED": "4"}, range(4, 5)),
        (None, None, {"SEED": "0", "RUNS": "3"}, range(1)),
    ],
)  # fmt: skip
def test_seeds_are_those_that_were_asked_for(
    runs: int | None, seed: int | None, variables: dict[str, str], seeds: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"HATCHET_EXPLORE_{name}", value)
    assert explorer._seeds(runs, seed) == seeds


@pytest.mark.parametrize("runs", [0, -1])
def test_no_runs_show_nothing(runs: int) -> None:
    with pytest.raises(HatchetError, match=f"^an exploration of {runs} runs shows nothing; write 1 or more$"):
        explorer._seeds(runs, None)


def test_what_is_no_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HATCHET_EXPLORE_RUNS", "many")
    with pytest.raises(HatchetError) as raised:
        explorer._seeds(3, None)
    assert str(raised.value) == "HATCHET_EXPLORE_SEED=None and HATCHET_EXPLORE_RUNS='many': write whole numbers"


class Clock:
    """A loop as far as it is watched."""

    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        return self.now


def watched(until: float, told: Callable[..., None] | None = None) -> tuple[Clock, Callable[[], None]]:
    clock, watch = Clock(), explorer._Watch(until, cast(Any, told))
    return clock, lambda: watch(cast(Any, clock), cast(Any, None))


def test_a_run_ends_in_its_time() -> None:
    clock, step = watched(UPTIME + 90.0)
    clock.now = UPTIME + 90.0
    step()
    clock.now += 0.6
    with pytest.raises(explorer._Endless, match=r"^the run has not ended after 0:01:31 of its own time; limit= "):
        step()


def test_a_run_gets_on_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "STEPS", 3)
    told: list[object] = []
    clock, step = watched(1e9, lambda loop, each: told.append(loop))
    for now in (1.0, 2.0):
        clock.now = now
        for _ in range(3):
            step()
    with pytest.raises(explorer._Endless, match=r"^3 steps were made in which no time passes$"):
        step()
    assert told == [clock] * 6


def ran(error: BaseException | None, count: int = 5, events: int = 2) -> Run:
    shown = tuple(Event(float(number), "pay", f"ends {number}") for number in range(events))
    return Run(3, error, (), shown, count)


@pytest.mark.parametrize(("events", "left"), [(2, 0), (200, 0), (201, 1)])
def test_a_failure_names_its_seed_and_the_order_of_events(events: int, left: int) -> None:
    told = explorer._told(ran(ValueError("no")), ran(ValueError("no"), events=events))
    [note] = told.__notes__
    first, *lines = note.splitlines()
    earlier = f" ({left} earlier ones are left out)" if left else ""
    assert first == (
        "seed 3; HATCHET_EXPLORE_SEED=3 or @explore(seed=3) repeats it. The order of events, in seconds of its own time"
        f"{earlier}:"
    )
    assert lines == [f"{number:10.3f}  pay  ends {number}" for number in range(left, events)]


@pytest.mark.parametrize(
    ("again", "told"),
    [(ran(None), "gave no error after 5"), (ran(KeyError("x")), r"gave KeyError\('x'\) after 5"),
     (ran(ValueError("no"), 6), r"gave ValueError\('no'\) after 6")],
)  # fmt: skip
def test_a_run_that_goes_another_way_is_told(again: Run, told: str) -> None:
    first = ran(ValueError("no"))
    whole = rf"^seed 3 failed with ValueError\('no'\) after 5 steps, and {told} when it was repeated"
    with pytest.raises(ExplorationError, match=whole) as raised:
        explorer._told(first, again)
    assert raised.value.__cause__ is first.error


def test_a_decorated_test_keeps_its_name_and_gets_its_arguments() -> None:
    given: list[Any] = []

    @explore(seed=0)
    async def mine(a: int, *, b: str) -> None:
        given.append((a, b))

    mine(1, b="c")
    assert (mine.__name__, given) == ("mine", [(1, "c")])


def test_a_call_that_blocks_the_one_loop_is_refused_and_one_from_elsewhere_too() -> None:
    said: list[str] = []

    async def slow() -> int:
        await asyncio.sleep(1)
        return 5

    async def at_once() -> int:
        return 7

    @explore(seed=0)
    async def mine() -> None:
        io = shared_io_loop()
        assert io.block(at_once()) == 7
        with pytest.raises(BlockingCallError) as blocked:
            io.block(slow())
        said.append(str(blocked.value))

        def elsewhere() -> None:
            try:
                io.wait(slow())
            except ExplorationError as error:
                said.append(str(error))

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(20)

    mine()
    assert said == [
        "slow() would block the one loop of the exploration, and wait for itself; write `await …slow(…)`, `async with` "
        "in place of `with`, or a test that is a plain def",
        STRANGE_THREAD,
    ]


def test_times_are_made_up_whoever_asks() -> None:
    seen: list[Any] = []
    before = datetime.now(timezone.utc)

    @explore(seed=0)
    async def mine() -> None:
        began, since = time.time(), time.monotonic()
        time.sleep(90.0)  # noqa: ASYNC251  # which passes time here
        await asyncio.sleep(30.0)
        naive = datetime.utcnow()  # what a program may call
        seen.append((time.time() - began, time.monotonic() - since, naive.tzinfo, naive))
        seen.append((datetime.now(timezone.utc) - naive.replace(tzinfo=timezone.utc)).total_seconds())

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of utcnow
        mine()
        real = datetime.utcnow()
    assert seen == [(120.0, 120.0, None, datetime(2026, 1, 1, 0, 2)), 0.0]
    assert before <= real.replace(tzinfo=timezone.utc) <= datetime.now(timezone.utc)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_program_ends_the_exploration(error: type[BaseException]) -> None:
    runs: list[int] = []

    @explore(runs=5)
    async def mine() -> None:
        runs.append(1)
        raise error

    with pytest.raises(error):
        mine()
    assert runs == [1]

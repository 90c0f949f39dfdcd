"""What an exploration draws, the clock of its runs, and what it tells of them."""

from __future__ import annotations

import gc
import os
import random
import sys
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet.testing.explore_clock import made_up
from hatchet.testing.explore_order import AsyncioOrder, Ranks, Walk, order_of
from hatchet.testing.explore_trace import Event, is_users, shown

# -- what is drawn


class Chance(random.Random):
    """Draws what it is told."""

    def __init__(self, *drawn: float, change: float = 0.0) -> None:
        super().__init__(0)
        self.drawn, self.change = [*drawn], change

    def random(self) -> float:
        return self.drawn.pop(0)

    def choice(self, seq: Any) -> Any:
        return self.change


def lanes(*numbers: int) -> Any:
    return [SimpleNamespace(lane=number) for number in numbers]


def test_a_walk_gives_each_lane_the_same_chance() -> None:
    walk = Walk(Chance(0.0, 0.32, 0.34, 0.99))
    assert [walk.pick(lanes(1, 2, 3)) for _ in range(4)] == [0, 0, 1, 2]
    timers: list[Any] = [1, 2, 3, 4, 5]
    Walk(random.Random(1)).shuffle(timers)
    expected = [1, 2, 3, 4, 5]
    random.Random(1).shuffle(expected)
    assert timers == expected != [1, 2, 3, 4, 5]


def test_the_highest_rank_goes_on_until_it_gets_another() -> None:
    ranks = Ranks(Chance(0.5, 0.9, 0.1, 0.04, 0.2, 0.9, 0.05, change=0.05))
    first = ranks.pick(lanes(1, 2, 3))  # ranks 0.5, 0.9, 0.1; it is given another: 0.2
    second = ranks.pick(lanes(3, 2, 1))  # it keeps its own: 0.9 is no change
    third = ranks.pick(lanes(3, 2))  # 0.05 is none either
    assert (first, second, third) == (1, 2, 1)


def test_a_seed_has_its_order() -> None:
    kinds = [type(order_of(seed)) for seed in range(4)]
    assert kinds == [AsyncioOrder, Walk, Ranks, Walk]
    assert [order_of(seed).has_lanes for seed in range(3)] == [False, True, True]
    picks = [[order_of(seed).pick(lanes(1, 2, 3, 4, 5, 6, 7)) for _ in range(2)] for seed in range(1, 60)]
    assert [first for first, _ in picks] == [second for _, second in picks]
    assert {first for first, _ in picks} == {0, 1, 2, 3, 4, 5, 6}


# -- its clock


class Inside:
    """A run that may be left."""

    inside = True

    def is_inside(self) -> bool:
        return self.inside

    def now(self) -> float:
        return 1_000_000.25

    def monotonic(self) -> float:
        return 7.5

    def sleep(self, seconds: float) -> None:
        raise InterruptedError(seconds)

    def random_bytes(self, size: int) -> bytes:
        return b"x" * size


class MyTime(datetime):
    """A subclass, as users have."""


def test_the_clock_of_a_run_is_its_own_and_ends_with_it() -> None:
    run = Inside()
    before, functions = random.getstate(), (time.time, time.sleep, os.urandom, time.clock_gettime)
    kinds = [vars(datetime).get("today"), vars(datetime)["now"], vars(date)["today"]]
    moment = datetime.fromtimestamp(1_000_000.25, timezone.utc)
    with made_up(run, 5):
        assert not gc.isenabled()
        assert random.random() == random.Random(5).random()
        assert (time.time(), time.time_ns()) == (1_000_000.25, 1_000_000_250_000_000)
        assert (time.monotonic(), time.monotonic_ns()) == (7.5, 7_500_000_000)
        assert (time.perf_counter(), time.perf_counter_ns()) == (7.5, 7_500_000_000)
        assert time.clock_gettime(time.CLOCK_REALTIME) == 1_000_000.25
        assert time.clock_gettime(time.CLOCK_MONOTONIC) == 7.5
        assert os.urandom(3) == random.SystemRandom().randbytes(3) == b"xxx"
        with pytest.raises(InterruptedError):
            time.sleep(3)
        assert datetime.now(timezone.utc) == moment
        assert datetime.now() == datetime.today() == moment.astimezone().replace(tzinfo=None)
        assert date.today() == moment.astimezone().date()
        assert isinstance(MyTime.now(), MyTime)
        run.inside = False
        assert time.time() > 1_700_000_000
        assert time.clock_gettime(time.CLOCK_REALTIME) > 1_700_000_000
        assert os.urandom(3) != b"xxx"
        for kind in (datetime, MyTime):
            real = kind.now(timezone(timedelta(hours=3)))
            assert (real.year > 2024, type(real), real.utcoffset()) == (True, kind, timedelta(hours=3))
            assert (kind.today().year > 2024, type(kind.today())) == (True, kind)
        assert date.today().year > 2024
    assert gc.isenabled()
    assert random.getstate() == before
    assert (time.time, time.sleep, os.urandom, time.clock_gettime) == functions
    assert [vars(datetime).get("today"), vars(datetime)["now"], vars(date)["today"]] == kinds


def test_what_was_off_stays_off() -> None:
    gc.disable()
    try:
        with made_up(Inside(), 1):
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


# -- its trace


def test_an_event_is_told_with_its_time() -> None:
    assert str(Event(1.23456, "pay", "ends")) == "     1.235  pay  ends"


def test_a_line_of_the_user_is_told_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    frame = sys._getframe()
    assert is_users(frame)
    assert shown(frame) == f"tests/testing/test_explore_chance.py:{frame.f_lineno} in {frame.f_code.co_name}"
    for name in ("<frozen importlib>", os.__file__, pytest.__file__, "/x/hatchet_api/calls.py"):
        assert not is_users(cast(Any, SimpleNamespace(f_code=SimpleNamespace(co_filename=name))))
    elsewhere = SimpleNamespace(f_code=SimpleNamespace(co_filename="/x/a.py", co_name="f"), f_lineno=3)
    assert shown(cast(Any, elsewhere)) == "/x/a.py:3 in f"

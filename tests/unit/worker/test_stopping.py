"""How a worker waits for what it does until it is told to stop, and for what is running until it is told not to."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from typing import Any

import pytest

from hatchet.transport.io_loop import IoLoop, shared_io_loop
from hatchet.worker import stopping as stopping_module
from hatchet.worker.stopping import Stopping


@pytest.fixture
def io() -> IoLoop:
    return shared_io_loop()


@pytest.fixture
def forced() -> list[bool]:
    """How often a stop was forced."""
    return []


async def never() -> None:
    await asyncio.Event().wait()


async def nothing() -> None: ...


async def fails() -> None:
    raise LookupError("its own")


async def test_what_is_done_before_the_worker_is_told_to_stop_was_done(io: IoLoop, forced: list[bool]) -> None:
    stopping = Stopping(io, None, lambda: forced.append(True))
    assert await io.run(stopping.unless_asked(nothing())) is True
    assert (stopping.asked, stopping.seconds, forced) == (False, 0.0, [])


async def test_an_error_of_it_is_raised(io: IoLoop, forced: list[bool]) -> None:
    stopping = Stopping(io, None, lambda: forced.append(True))
    with pytest.raises(LookupError, match="its own"):
        await io.run(stopping.unless_asked(fails()))
    with pytest.raises(LookupError, match="its own"):
        await io.run(stopping.unless_forced(fails(), lambda: ""))


async def test_who_is_told_to_stop_waits_no_longer(io: IoLoop, forced: list[bool]) -> None:
    stopping = Stopping(io, None, lambda: forced.append(True))
    waiting = asyncio.ensure_future(io.run(stopping.unless_asked(never())))
    stopping.ask(force=False)
    assert await waiting is False
    assert (stopping.asked, stopping.forced, forced) == (True, False, [])


@pytest.mark.parametrize(
    ("limit", "hopeless", "force", "why"),
    [
        (None, "", True, "was forced to stop"),
        (0.01, "", False, "had 0.01 s to drain"),
        (None, "sees no sense", False, "sees no sense"),
    ],
)
async def test_what_runs_is_not_waited_for_when_it_is_forced_takes_too_long_or_is_hopeless(
    io: IoLoop, forced: list[bool], limit: float | None, hopeless: str, force: bool, why: str
) -> None:
    stopping = Stopping(io, limit, lambda: forced.append(True))
    stopping.ask(force=force)
    assert await io.run(stopping.unless_forced(never(), lambda: hopeless)) == why
    assert (stopping.forced, forced) == (True, [True])


async def test_what_ends_in_time_needs_no_reason(io: IoLoop, forced: list[bool]) -> None:
    stopping = Stopping(io, 60.0, lambda: forced.append(True))
    stopping.ask(force=False)
    assert await io.run(stopping.unless_forced(nothing(), lambda: "")) == ""
    io.post(stopping.over)
    assert forced == []


@pytest.mark.parametrize(
    ("limit", "given", "left"), [(None, 30.0, 30.0), (60.0, 30.0, 30.0), (30.0, 60.0, 30.0), (30.0, 30.0, 30.0)]
)
async def test_a_limit_can_be_made_shorter_and_counts_from_the_beginning(
    limit: float | None, given: float, left: float
) -> None:
    loop = asyncio.get_running_loop()
    stopping = Stopping(shared_io_loop(), limit, lambda: None)
    stopping.limit_to(given)
    assert stopping._timer is None, "nobody has asked it to stop"
    stopping._asked_at = time.monotonic() - 10.0
    before = loop.time()
    stopping.limit_to(given)
    assert stopping._timer is not None
    first = stopping._timer
    assert before + left - 10.0 - 0.001 <= first.when() <= loop.time() + left - 10.0
    stopping.limit_to(given)
    assert first.cancelled(), "there is one timer"
    stopping.over()
    assert stopping._timer.cancelled()


async def test_it_is_forced_once_and_for_the_first_reason(io: IoLoop, forced: list[bool]) -> None:
    stopping = Stopping(io, None, lambda: forced.append(True))
    for force in (False, True, False, True):
        stopping.ask(force=force)
    assert await io.run(stopping.unless_forced(never(), lambda: "hopeless")) == "was forced to stop"
    assert await io.run(stopping.unless_forced(never(), lambda: "hopeless")) == "was forced to stop"
    assert (stopping.forced, forced) == (True, [True])


async def test_it_counts_from_when_it_was_first_asked(io: IoLoop, forced: list[bool]) -> None:
    stopping = Stopping(io, None, lambda: forced.append(True))
    stopping.ask(force=False)
    asked = stopping._asked_at
    assert asked is not None
    stopping.ask(force=True)
    assert stopping._asked_at == asked
    before = time.monotonic()
    assert before - asked <= stopping.seconds <= time.monotonic() - asked


async def test_nothing_is_left_of_what_was_given_up_and_its_last_error_is_told(
    io: IoLoop, forced: list[bool], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "hatchet")
    ended: list[str] = []

    async def stubborn() -> None:
        try:
            await never()
        finally:
            await asyncio.sleep(0)
            ended.append("ended")
            raise LookupError("at the end")

    async def quiet() -> None:
        try:
            await never()
        finally:
            ended.append("cancelled")

    monkeypatch.setattr(stopping_module, "LOOK_EVERY", 0.001)
    for work in (quiet, stubborn):
        stopping = Stopping(io, None, lambda: forced.append(True))
        looks = iter(["", "", "sees no sense"])
        assert await io.run(stopping.unless_forced(work(), functools.partial(next, looks))) == "sees no sense"
        stopping.ask(force=True)
        assert await io.run(stopping.unless_asked(work())) is False
    told = "what a worker gave up as it was told to stop failed in that moment: at the end"
    assert ended == ["cancelled", "cancelled", "ended", "ended"]
    assert [record.getMessage() for record in caplog.records] == [told] * 2


async def test_who_was_not_told_to_stop_leaves_no_wait_behind(io: IoLoop, forced: list[bool]) -> None:
    stopping = Stopping(io, None, lambda: forced.append(True))

    async def left() -> set[asyncio.Task[Any]]:
        before = asyncio.all_tasks()
        await stopping.unless_asked(nothing())
        await stopping.unless_forced(nothing(), lambda: "")
        return asyncio.all_tasks() - before

    assert await io.run(left()) == set()

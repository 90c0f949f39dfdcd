"""How a worker waits for what it does until it is told to stop, and for what is running until it is told not to."""

from __future__ import annotations

import asyncio

import pytest

from hatchet.transport.io_loop import IoLoop, shared_io_loop
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

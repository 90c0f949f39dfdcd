"""The clock that tests move: what is booked at it runs once, whichever way its time comes."""

from __future__ import annotations

from hatchet.engine import MovableClock
from hatchet.engine.state.clock import _Booking
from tests.jumping import jumping, until

HOUR = 3600.0


@jumping
async def test_what_ran_by_itself_does_not_run_again_when_the_clock_is_moved() -> None:
    clock, ran = MovableClock(), list[str]()
    clock.call_in(10, lambda: ran.append("a"))
    await until(9)
    assert ran == []
    await until(10)
    assert ran == ["a"]
    clock.advance(HOUR)
    assert ran == ["a"]


@jumping
async def test_what_ran_as_the_clock_was_moved_does_not_run_again_by_itself() -> None:
    clock, ran = MovableClock(), list[str]()
    clock.call_in(10, lambda: ran.append("a"))
    clock.advance(8)
    assert ran == []
    clock.advance(2)
    assert ran == ["a"]
    clock.advance(HOUR)
    await until(HOUR)
    assert ran == ["a"]


@jumping
async def test_what_was_withdrawn_runs_in_neither_way() -> None:
    clock, ran = MovableClock(), list[str]()
    clock.call_in(10, lambda: ran.append("a")).cancel()
    moved = clock.call_in(HOUR, lambda: ran.append("b"))
    await until(20)
    moved.cancel()
    assert isinstance(moved, _Booking)
    assert moved.real is not None
    assert moved.real.cancelled()  # the loop keeps nothing of it
    clock.advance(2 * HOUR)
    await until(2 * HOUR)
    assert ran == []


@jumping
async def test_what_is_due_runs_in_the_order_of_its_time_and_may_book_and_withdraw() -> None:
    """What a callback books, and what it withdraws, counts in the same move."""
    clock, ran = MovableClock(), list[str]()

    def first() -> None:
        ran.append("first")
        withdrawn.cancel()
        clock.call_in(0, lambda: ran.append("at once"))
        clock.call_in(HOUR, lambda: ran.append("later"))

    clock.call_in(20, lambda: ran.append("second"))
    clock.call_in(10, first)
    withdrawn = clock.call_in(15, lambda: ran.append("withdrawn"))
    clock.advance(30)
    assert ran == ["first", "second", "at once"]
    clock.advance(HOUR)
    await until(2 * HOUR)
    assert ran == ["first", "second", "at once", "later"]

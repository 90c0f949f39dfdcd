"""Where the engine gets its time from, what it makes of a wall clock that jumps, and a clock that tests can move."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import sys
import time
from collections.abc import Callable
from typing import Protocol

LOOK = 1.0
"""Longest time, in seconds, that passes between two looks at the clock while something is booked: a timer of the event
loop neither hears of a wall clock that was set nor runs on while the machine sleeps."""

JUMP = 1.0
"""Seconds by which the wall clock may leave the time that has passed before it counts as set; less is its own drift."""

SHOWN = 6
"""Digits of a second that a shown time has."""


class Handle(Protocol):
    """Something booked at a clock."""

    def cancel(self) -> None:
        """Withdraw the booking; does nothing when it has already run."""


class Clock(Protocol):
    """Time of the engine: what people call the time, and two scales that only measure distances."""

    def now(self) -> float:
        """Seconds since the epoch, UTC, as the machine's wall clock shows it."""
        ...

    def elapsed(self) -> float:
        """Seconds on a scale that nobody sets and that goes on while the machine sleeps."""
        ...

    def steady(self) -> float:
        """Seconds on a scale that rests while the machine sleeps; heartbeats are aged with it."""
        ...

    def call_in(self, seconds: float, callback: Callable[[], None]) -> Handle:
        """Run `callback` on the current event loop after so many seconds."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        """Seconds since the epoch, UTC, as the machine's wall clock shows it."""
        return time.time()

    def elapsed(self) -> float:
        """Seconds on a scale that nobody sets and that goes on while the machine sleeps."""
        return _elapsed()

    def steady(self) -> float:
        """Seconds on a scale that rests while the machine sleeps."""
        return time.monotonic()

    def call_in(self, seconds: float, callback: Callable[[], None]) -> Handle:
        """Run `callback` on the current event loop after so many seconds."""
        return asyncio.get_running_loop().call_later(seconds, callback)


class Timekeeper:
    """A clock as the engine reads it: deadlines hold although the wall clock is set.

    Until the engine has moved its deadlines along with the wall clock (`take_up`), time goes on as if nobody had set
    it, so that no deadline is early or late in between.
    """

    def __init__(self, clock: Clock, jumped: Callable[[], None]) -> None:
        """`jumped` is called, again and again until `take_up`, when the wall clock is found to have been set."""
        self._clock = clock
        self._jumped = jumped
        self._offset = clock.now() - clock.elapsed()

    def now(self) -> float:
        """Seconds since the epoch, UTC, no finer than they are shown: what is asked for by a shown time is found."""
        wall, elapsed = self._clock.now(), self._clock.elapsed()
        if abs(wall - elapsed - self._offset) > JUMP:
            self._jumped()
            return round(elapsed + self._offset, SHOWN)
        return round(wall, SHOWN)

    def steady(self) -> float:
        """Seconds on a scale that rests while the machine sleeps; heartbeats are aged with it."""
        return self._clock.steady()

    def jump(self) -> float:
        """By how many seconds the wall clock has been set since the last time it was taken up; 0.0 if it has not."""
        jump = self._clock.now() - self._clock.elapsed() - self._offset
        return jump if abs(jump) > JUMP else 0.0

    def take_up(self, jump: float) -> None:
        """From now on the time is what the wall clock shows."""
        self._offset += jump

    def call_at(self, when: float, callback: Callable[[], None]) -> Handle:
        """Run `callback` on the current event loop when `now()` has reached `when`."""
        return _Alarm(self, self._clock, when, callback)


class _Alarm:
    __slots__ = ("_callback", "_clock", "_handle", "_keeper", "_when")

    def __init__(self, keeper: Timekeeper, clock: Clock, when: float, callback: Callable[[], None]) -> None:
        self._keeper = keeper
        self._clock = clock
        self._when = when
        self._callback = callback
        self._handle: Handle = self._book()

    def cancel(self) -> None:
        self._handle.cancel()

    def _book(self) -> Handle:
        return self._clock.call_in(min(LOOK, max(0.0, self._when - self._keeper.now())), self._look)

    def _look(self) -> None:
        if self._keeper.now() >= self._when:
            self._callback()
        else:
            self._handle = self._book()


class _Booking:
    __slots__ = ("callback", "cancelled", "real")

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
        self.cancelled = False
        self.real: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        self.cancelled = True
        if self.real is not None:
            self.real.cancel()


class MovableClock:
    """A clock that runs like the machine's and can be moved, so that hours pass in milliseconds."""

    def __init__(self) -> None:
        self._moved = 0.0
        self._set_by = 0.0
        self._silence = 0.0
        self._numbers = itertools.count()
        self._booked: list[tuple[float, int, _Booking]] = []

    def now(self) -> float:
        """Seconds since the epoch, UTC, plus everything the clock was moved and set by."""
        return time.time() + self._moved + self._set_by

    def elapsed(self) -> float:
        """Seconds since some moment in the past, plus everything the clock was moved by."""
        return _elapsed() + self._moved

    def steady(self) -> float:
        """Seconds since some moment in the past, plus the moves that silenced the workers."""
        return time.monotonic() + self._silence

    def call_in(self, seconds: float, callback: Callable[[], None]) -> Handle:
        """Run `callback` on the current event loop after so many seconds."""
        booking = _Booking(callback)
        booking.real = asyncio.get_running_loop().call_later(seconds, self._run, booking)
        heapq.heappush(self._booked, (self.elapsed() + seconds, next(self._numbers), booking))
        return booking

    def advance(self, seconds: float, *, silence: bool = False) -> None:
        """Let time pass and run what becomes due; with `silence`, heartbeats grow older by as much.

        Without `silence` connected workers count as having kept up their heartbeats in the time that was skipped, as
        they do when the machine has slept.
        """
        if seconds < 0:
            raise ValueError(f"time goes forward only, got {seconds} seconds; `set_by` sets the wall clock")
        self._moved += seconds
        if silence:
            self._silence += seconds
        while self._booked and self._booked[0][0] <= self.elapsed():
            self._run(heapq.heappop(self._booked)[2])

    def set_by(self, seconds: float) -> None:
        """Set the wall clock forward, or back when negative, as a person or a time server does; no time passes."""
        self._set_by += seconds

    @staticmethod
    def _run(booking: _Booking) -> None:
        if not booking.cancelled:
            booking.cancel()
            booking.callback()


def _elapsed() -> float:
    # What `time.monotonic` reads rests while Linux and macOS sleep, and goes on while Windows does.
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)
    return time.monotonic()

"""Where the engine gets its time from, and a clock that tests can move."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Protocol


class Handle(Protocol):
    """Something booked at a clock."""

    def cancel(self) -> None:
        """Withdraw the booking; does nothing when it has already run."""


class Clock(Protocol):
    """Time of the engine: one scale for deadlines, one for how fresh a heartbeat is."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        ...

    def steady(self) -> float:
        """Seconds on a scale that only measures distances; heartbeats are aged with it."""
        ...

    def call_at(self, when: float, callback: Callable[[], None]) -> Handle:
        """Run `callback` on the current event loop when `now()` has reached `when`."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def steady(self) -> float:
        """Seconds since some moment in the past."""
        return time.monotonic()

    def call_at(self, when: float, callback: Callable[[], None]) -> Handle:
        """Run `callback` on the current event loop when `now()` has reached `when`."""
        return asyncio.get_running_loop().call_later(max(0.0, when - self.now()), callback)


class _Booking:
    __slots__ = ("callback", "cancelled", "real", "when")

    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when = when
        self.callback = callback
        self.cancelled = False
        self.real: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        self.cancelled = True
        if self.real is not None:
            self.real.cancel()


class MovableClock:
    """A clock that runs like the machine's and can be moved forward, so that hours pass in milliseconds."""

    def __init__(self) -> None:
        self._moved = 0.0
        self._silence = 0.0
        self._numbers = itertools.count()
        self._booked: list[tuple[float, int, _Booking]] = []

    def now(self) -> float:
        """Seconds since the epoch, UTC, plus everything the clock was moved by."""
        return time.time() + self._moved

    def steady(self) -> float:
        """Seconds since some moment in the past, plus the moves that silenced the workers."""
        return time.monotonic() + self._silence

    def call_at(self, when: float, callback: Callable[[], None]) -> Handle:
        """Run `callback` on the current event loop when `now()` has reached `when`."""
        booking = _Booking(when, callback)
        booking.real = asyncio.get_running_loop().call_later(max(0.0, when - self.now()), self._run, booking)
        heapq.heappush(self._booked, (when, next(self._numbers), booking))
        return booking

    def advance(self, seconds: float, *, silence: bool = False) -> None:
        """Move time forward and run what becomes due; with `silence`, heartbeats grow older by as much.

        Without `silence` connected workers count as having kept up their heartbeats in the time that was skipped.
        """
        if seconds < 0:
            raise ValueError(f"a clock moves forward only, got {seconds} seconds")
        self._moved += seconds
        if silence:
            self._silence += seconds
        while self._booked and self._booked[0][0] <= self.now():
            self._run(heapq.heappop(self._booked)[2])

    @staticmethod
    def _run(booking: _Booking) -> None:
        if not booking.cancelled:
            booking.cancel()
            booking.callback()

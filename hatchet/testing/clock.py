"""The time of a test's engine: moved by the test, or by itself when everything waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from hatchet.errors import HatchetError
from hatchet.options.moments import in_utc
from hatchet.testing.base import Words
from hatchet.testing.settling import Stillness, next_due
from hatchet.transport.io_loop import blocking

if TYPE_CHECKING:
    from hatchet.engine import MovableClock
    from hatchet.engine.hub import Hub

logger: Final = logging.getLogger("hatchet")

PATIENCE: Final = 2.0  # s of real time that code which a skip finds, or starts, may take until it waits or has ended
TICK: Final = 0.001  # s of real time between two looks at whether everything waits
MOST_JUMPS: Final = 10_000  # for one wait of a test: a cron of each minute for a week
AT_ONE_TIME: Final = 1_000  # steps without any time passing, after which something goes round in a circle


class TimeWords(Words):
    """What a test says to its engine about time."""

    def now(self) -> datetime:
        """The engine's time, in UTC; `time.time()` and `datetime.now()` of the program know nothing of it."""
        self.io.check_open()
        return datetime.fromtimestamp(self._hub.now(), timezone.utc)

    async def aio_settle(self, *, patience: float = PATIENCE) -> None:
        """Wait until every task that runs has ended, or waits for the engine, and nothing is on its way.

        Args:
            patience: real seconds that a task may take; one that takes longer is let go on.
        """
        await self._do(self._settle(patience))

    settle: Final = blocking(aio_settle)

    async def _settle(self, patience: float) -> None:
        await self._stillness.settle(self._hub, patience)

    async def aio_skip(self, duration: timedelta | float, *, patience: float = PATIENCE) -> None:
        """Let time pass at the engine, in an instant.

        What becomes due meanwhile happens in its order, each at its own time: sleeps and timeouts end, crons and
        schedules start runs, retries, rate limits, batches and keys come to their ends. Before it begins, after each
        of these, and at its end, it waits until the tasks that run have ended or wait for the engine themselves.
        `time.sleep`, `asyncio.sleep` and the clock of the program stay as they are.

        Args:
            duration: seconds, or a timedelta.
            patience: real seconds that a task may take to end or wait; one that takes longer is let go on beside it.

        Raises:
            HatchetError: `duration` is negative.
        """
        seconds = duration.total_seconds() if isinstance(duration, timedelta) else float(duration)
        if not 0 <= seconds < float("inf"):
            raise HatchetError(f"time goes forward only, and skip was told {duration!r}")
        await self._do(self._skip(seconds, patience))

    skip: Final = blocking(aio_skip)

    async def aio_skip_to(self, moment: datetime, *, patience: float = PATIENCE) -> None:
        """Let time pass until a moment; otherwise as `aio_skip`.

        Args:
            moment: a time with a time zone, that is still to come by the engine's clock.
            patience: as of `aio_skip`.

        Raises:
            HatchetError: it has passed.
            InputError: it has no time zone.
        """
        await self._do(self._skip(0.0, patience, in_utc(moment, "moment").timestamp()))

    skip_to: Final = blocking(aio_skip_to)

    async def _skip(self, seconds: float, patience: float, at: float | None = None) -> None:
        clock, still = self._clock, self._stillness
        await still.settle(self._hub, patience)
        if at is not None and at < self._hub.now():
            raise HatchetError(f"time goes forward only; at the engine it is {self.now()}, later than where to skip to")
        until = at if at is not None else self._hub.now() + seconds
        steps = 0
        while (due := next_due(self._hub)) is not None and due <= until:
            ahead = due - self._hub.now()
            steps = steps + 1 if ahead <= 0 else 0
            if steps > AT_ONE_TIME:
                raise HatchetError("the engine does not come to rest: more and more is due at one and the same time")
            advance(clock, ahead)
            await still.settle(self._hub, patience)
        advance(clock, until - self._hub.now())
        await still.settle(self._hub, patience)


def advance(clock: MovableClock, seconds: float) -> None:
    """Let time pass, and a little more than what is lost to rounding."""
    clock.advance(max(0.0, seconds) + 1e-6)


class AutomaticTime:
    """Lets the time be that of what is due next, whenever a test waits and nothing goes on. Lives on the I/O loop."""

    def __init__(self, clock: MovableClock, stillness: Stillness, hub: Callable[[], Hub]) -> None:
        self._clock = clock
        self._stillness = stillness
        self._hub = hub
        self._jumps = 0
        self._waited: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """From now on it does."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="the time of a test's engine")

    async def stop(self) -> None:
        """No longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            while self._somebody_waits() and await self._is_still() and self._jump():
                await asyncio.sleep(0)

    async def _is_still(self) -> bool:
        """Whether nothing goes on; a wait may have ended while that was found out."""
        return await self._stillness.reached(self._hub()) and self._somebody_waits()

    def _somebody_waits(self) -> bool:
        waits = {id(wait) for wait in self._stillness.waits() if wait.waiter is None}
        if not waits & self._waited:
            self._jumps = 0
        self._waited = waits
        return bool(waits)

    def _jump(self) -> bool:
        """Go to what is due next; whether there is anything."""
        hub = self._hub()
        due = next_due(hub)
        if due is None or self._jumps > MOST_JUMPS:
            return False
        self._jumps += 1
        if self._jumps > MOST_JUMPS:
            logger.error(
                "the time of the test's engine was moved %d times, to %s, and the run that the test waits for has not "
                "ended; it stands still from now on", MOST_JUMPS, datetime.fromtimestamp(due, timezone.utc),
            )  # fmt: skip
            return False
        advance(self._clock, due - hub.now())
        return True

"""Watches the loop of async handlers from outside, and names the task that keeps it from running."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import traceback
from collections.abc import Callable
from typing import Final

logger: Final = logging.getLogger("hatchet")

PERIOD: Final = 0.5  # s between two looks
FRAMES: Final = 3  # places of a stack that are shown: the innermost


class LoopWatch:
    """Asks the loop for a sign of life, and measures how long it takes to give one. Runs on the I/O loop.

    Heartbeats do not depend on the watched loop, so a task that blocks it costs other tasks their time, never the
    worker its place.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, thread_id: int, threshold: float, who: Callable[[], str]
    ) -> None:
        self._loop = loop
        self._thread_id = thread_id
        self._threshold = threshold
        self._who = who
        self._asked_at: float | None = None
        self._last_lag = 0.0
        self._reported = False
        self.blocked: int = 0
        """How often the loop was kept from running for longer than the threshold."""

    @property
    def lag(self) -> float:
        """Seconds that the loop took for its last sign of life, or has taken so far for the one that is due."""
        asked = self._asked_at
        return self._last_lag if asked is None else max(self._last_lag, time.monotonic() - asked)

    @property
    def is_blocked(self) -> bool:
        """Whether something has kept the loop from running for longer than the threshold."""
        return self.lag > self._threshold

    async def run(self) -> None:
        """Watch until cancelled, or until the loop is closed."""
        while True:
            if self._asked_at is None:
                self._asked_at = time.monotonic()
                try:
                    self._loop.call_soon_threadsafe(self._answer)
                except RuntimeError:  # closed: the worker has ended
                    return
            elif not self._reported and self.is_blocked:
                self._report()
            await asyncio.sleep(min(PERIOD, self._threshold / 2))

    def _answer(self) -> None:
        asked, self._asked_at = self._asked_at, None
        self._last_lag = 0.0 if asked is None else time.monotonic() - asked
        if self._reported:
            self._reported = False
            logger.warning("the worker's loop runs again, after %.1f s", self._last_lag)

    def _report(self) -> None:
        self._reported = True
        self.blocked += 1
        logger.warning(
            "%s has kept the worker's loop from running for %.1f s, at %s. Other async tasks wait for it meanwhile, "
            "heartbeats go on. Await instead of blocking, or write a plain def, which runs in a thread.",
            self._who(), self.lag, self._where(),
        )  # fmt: skip

    def _where(self) -> str:
        frame = sys._current_frames().get(self._thread_id)  # pyright: ignore[reportPrivateUsage]  # documented by sys
        if frame is None:
            return "an unknown place"
        places = traceback.extract_stack(frame)[-FRAMES:]
        return " < ".join(f"{place.filename}:{place.lineno} {place.name}" for place in reversed(places))

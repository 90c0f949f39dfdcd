"""Whether a worker was told to stop, and whether it still waits for what is running."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from hatchet.transport.io_loop import IoLoop

logger: Final = logging.getLogger("hatchet")

LOOK_EVERY = 0.2  # s between two looks at whether there is sense in waiting on


class Stopping:
    """Asked for in any thread; the I/O loop acts on it, so that no handler that blocks its own loop can delay it."""

    def __init__(self, io: IoLoop, drain_timeout: float | None, on_forced: Callable[[], None]) -> None:
        """`on_forced` is told once, on the I/O loop."""
        self._io = io
        self._limit = drain_timeout
        self._on_forced = on_forced
        self._woken: asyncio.Event | None = None  # of the I/O loop, once something waits there
        self._timer: asyncio.TimerHandle | None = None
        self._asked_at: float | None = None
        self._reason = ""
        self.forced: bool = False
        """Whether the worker did not wait for what was running, or shall not."""

    @property
    def asked(self) -> bool:
        """Whether the worker was told to stop."""
        return self._asked_at is not None

    @property
    def seconds(self) -> float:
        """Since it was."""
        return 0.0 if self._asked_at is None else time.monotonic() - self._asked_at

    def ask(self, *, force: bool) -> None:
        """Tell it to drain, or with `force` not to wait. In a signal's handler, too: it takes no lock."""
        self.forced = self.forced or force
        if self._asked_at is None:
            self._asked_at = time.monotonic()
            self._io.post(self._start_timer)
        self._io.post(lambda: self._force("was forced to stop") if self.forced else self._wake())

    # -- on the I/O loop

    def limit_to(self, seconds: float) -> None:
        """Give what is running no more than this."""
        self._limit = seconds if self._limit is None else min(self._limit, seconds)
        self._start_timer()

    def over(self) -> None:
        """The worker has ended."""
        if self._timer is not None:
            self._timer.cancel()

    def _start_timer(self) -> None:
        self.over()
        limit = self._limit
        if limit is not None and self.asked:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(limit - self.seconds, self._force, f"had {limit:g} s to drain")

    def _force(self, reason: str) -> None:
        if not self._reason:
            self._reason, self.forced = reason, True
            self._on_forced()
        self._wake()

    def _wake(self) -> None:
        if self._woken is not None:
            self._woken.set()

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that `ask` brings about."""
        if self._woken is None:
            self._woken = asyncio.Event()
        while not condition():
            self._woken.clear()
            await self._woken.wait()

    async def unless_asked(self, work: Awaitable[None]) -> bool:
        """Do something, unless the worker is told to stop before it is done; whether it was done."""
        asked = asyncio.create_task(self._until(lambda: self.asked))
        doing = asyncio.ensure_future(work)
        try:
            await asyncio.wait([doing, asked], return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                doing.result()
            return doing.done()
        finally:
            await _end(doing, asked)

    async def unless_forced(self, work: Awaitable[None], hopeless: Callable[[], str]) -> str:
        """Do something, as long as there is sense in it; otherwise why there was none any more."""
        forced = asyncio.create_task(self._until(lambda: self.forced))
        doing = asyncio.ensure_future(work)
        try:
            while not doing.done() and not self._reason:
                if why := hopeless():
                    self._force(why)
                else:
                    await asyncio.wait([doing, forced], timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                doing.result()
                return ""
            return self._reason
        finally:
            await _end(doing, forced)


async def _end(*tasks: asyncio.Future[None]) -> None:
    left = [task for task in tasks if task.cancel()]
    if left:
        await asyncio.wait(left)
    for task in left:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.info("what a worker gave up as it was told to stop failed in that moment: %s", error)

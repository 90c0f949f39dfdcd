"""Tells the engine when a worker has no room for more, and when it has again. Lives on the I/O loop.

The slots of a worker are told once, when it registers, so that fewer of them cannot be told; but it can be paused.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from hatchet.errors import HatchetError
from hatchet.transport.retry import FINAL, Backoff

logger: Final = logging.getLogger("hatchet")

BACKOFF = Backoff(first=1.0, limit=10.0)
PERIOD = 1.0  # s between two changes: each is a call, and slots can come and go with every task


class Capacity:
    """Pauses the worker while it is full of functions that were cancelled and go on."""

    def __init__(self, worker_id: Callable[[], str], set_paused: Callable[[str, bool], Awaitable[bool]]) -> None:
        """`set_paused` changes what the engine knows of a worker, and says whether it changed anything."""
        self._worker_id = worker_id
        self._set_paused = set_paused
        self._changed = asyncio.Event()
        self._wanted = False
        self.paused_id: str = ""
        """The id that is paused; empty while there is room."""

    def set_room(self, free: bool) -> None:
        """Whether there is room for more work."""
        self._wanted = not free
        self._changed.set()

    async def run(self) -> None:
        """Keep the engine told until cancelled."""
        failures = 0
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._tell()
                failures = 0
            except HatchetError as error:
                failures += 1
                if failures == 1:
                    logger.warning(
                        "the engine could not be told that worker %s %s: %s",
                        self._worker_id(), "has no free slot" if self._wanted else "has free slots again", error,
                    )  # fmt: skip
                if isinstance(error, FINAL):
                    self.paused_id = ""
                else:
                    self._changed.set()
            await asyncio.sleep(BACKOFF.wait(failures) if failures else PERIOD)

    async def _tell(self) -> None:
        worker_id = self._worker_id()
        if self._wanted and worker_id != self.paused_id:
            # One that was paused before, by a person, stays so in the end.
            self.paused_id = worker_id if await self._set_paused(worker_id, True) else ""
        elif not self._wanted and self.paused_id:
            await self._set_paused(self.paused_id, False)
            self.paused_id = ""

"""Tells the engine when a worker has no room for more, and when it has again. Lives on the I/O loop.

The slots of a worker are told once, when it registers, so that fewer of them cannot be told; but it can be paused.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from hatchet.errors import ApiError, HatchetError
from hatchet.transport.retry import Backoff, RetryPolicy, Tries

logger: Final = logging.getLogger("hatchet")

DELIVERY: Final = RetryPolicy(attempts=None, backoff=Backoff(first=1.0, limit=10.0))
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
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._tell_until_heard()
            await asyncio.sleep(PERIOD)

    async def _tell_until_heard(self) -> None:
        try:
            # What is told is what holds by then.
            await DELIVERY.run(lambda _: self._tell(), on_failure=self._failed)
        except HatchetError as error:
            self._warn(error)
            self.paused_id = ""

    def _failed(self, error: ApiError, tries: Tries) -> None:
        if tries.failures == 1:
            self._warn(error)

    def _warn(self, error: HatchetError) -> None:
        logger.warning(
            "the engine could not be told that worker %s %s: %s",
            self._worker_id(), "has no free slot" if self._wanted else "has free slots again", error,
        )  # fmt: skip

    async def _tell(self) -> None:
        worker_id = self._worker_id()
        if self._wanted and worker_id != self.paused_id:
            # One that was paused before, by a person, stays so in the end.
            self.paused_id = worker_id if await self._set_paused(worker_id, True) else ""
        elif not self._wanted and self.paused_id:
            await self._set_paused(self.paused_id, False)
            self.paused_id = ""

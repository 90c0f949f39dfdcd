"""Room for attempts: who holds slots, what waits for one, and whether the engine should send more.

The engine frees the slot of an attempt that it has cancelled or timed out, and sends the next one. A sync function that
goes on keeps its slot here. What was sent in its place waits for it, and its time is pushed back meanwhile, since the
engine counts it from the assignment.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from hatchet.errors import ApiError, HatchetError
from hatchet.wire.gateway import Gateway
from hatchet.worker.execution import Execution
from hatchet.worker.slots import Slots

logger: Final = logging.getLogger("hatchet")

WAIT_LIMIT = 300.0  # s; an attempt that has found no slot by then fails, so that no wait is without end
EXTENSION = 10  # s by which the execution timeout of an attempt that waits is pushed back at first
EXTEND_EVERY = 5  # s; and by as much each time


class Room:
    """The slots of one worker. Lives on the executor's loop; reading is allowed from any thread."""

    def __init__(self, gateway: Gateway, limits: Mapping[str, int], on_change: Callable[[bool], None]) -> None:
        """`on_change` is told whether there is room for more work, beside cancelled functions that go on."""
        self._gateway = gateway
        self._slots = Slots(limits)
        self._on_change = on_change
        self._held: set[Execution] = set()
        self._is_free = True

    async def enter(self, execution: Execution) -> None:
        """Take the slots of an attempt, when they are free.

        Raises:
            HatchetError: they were not within five minutes.
        """
        if not self._slots.take(execution, execution.slots):
            await self._wait(execution)

    def leave(self, execution: Execution) -> None:
        """An attempt has ended, or has given its slots back."""
        self._slots.give_back(execution)
        if self._held:
            self._held.discard(execution)
        self._look()

    def cancelled(self, execution: Execution) -> None:
        """An attempt was cancelled: it leaves at once, unless a function of it goes on in a thread."""
        if execution.in_thread and self._slots.holds(execution):
            self._held.add(execution)
            self._look()
        else:
            self.leave(execution)

    def used(self) -> dict[str, int]:
        """Slots that are taken, by kind."""
        return self._slots.used()

    def held(self) -> dict[str, int]:
        """Of those, the ones of cancelled functions that go on."""
        held = dict.fromkeys(self._slots.limits, 0)
        for execution in list(self._held):
            for kind, number in execution.slots.items():
                held[kind] = held.get(kind, 0) + number
        return held

    def _look(self) -> None:
        if not self._held and self._is_free:
            return
        free = not (self._held and any(self._slots.is_full(kind) for kind in self._slots.limits))
        if free != self._is_free:
            self._is_free = free
            self._on_change(free)

    async def _wait(self, execution: Execution) -> None:
        extending = asyncio.create_task(self._extend_timeout(execution))
        try:
            async with asyncio.timeout(WAIT_LIMIT):
                await self._slots.wait(execution, execution.slots)
        except TimeoutError:
            holding = ", ".join(each.name for each in self._held) or "none"
            raise HatchetError(
                f"no slot became free for it within {WAIT_LIMIT:g} s; cancelled functions that go on: {holding}"
            ) from None
        finally:
            extending.cancel()

    async def _extend_timeout(self, execution: Execution) -> None:
        by = EXTENSION
        while True:
            for task_run_id in execution.assignment.task_run_ids:
                try:
                    await self._gateway.io.run(self._gateway.refresh_timeout(task_run_id, f"{by}s"))
                except ApiError as error:
                    logger.info("%s waits for a slot, and its timeout was not pushed back: %s", execution.name, error)
            by = EXTEND_EVERY
            await asyncio.sleep(EXTEND_EVERY)

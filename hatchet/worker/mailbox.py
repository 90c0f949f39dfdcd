"""From one loop to another: values are handed over in batches, one wake-up for all that came in the meantime."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Values put by any thread, handled on one loop in the order of their arrival.

    What is in it is bounded by the sender: a worker has no more attempts than the engine saw slots.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, handle: Callable[[T], None]) -> None:
        self._loop = loop
        self._handle = handle
        self._items: deque[T] = deque()
        self._woken = False

    def put(self, item: T) -> None:
        """Hand a value over; RuntimeError when the loop is closed."""
        self._items.append(item)
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        # Reset before the first is taken: a value put from now on wakes the loop again, at worst for nothing.
        self._woken = False
        while self._items:
            self._handle(self._items.popleft())

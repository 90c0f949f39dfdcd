"""A bounded queue between the turns of the engine and one stream of one client."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Overflow(Exception):
    """The client reads its stream too slowly, or not at all."""


class Outbox(Generic[T]):
    """What one stream still has to send; filled without waiting, emptied by the stream's own coroutine."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: deque[T] = deque()
        self._closed = False
        self._overflowed = False
        self._reader: asyncio.Future[None] | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing more can be put in."""
        return self._closed

    def put(self, item: T) -> bool:
        """Add an item; False when the stream has ended or is stuck, and the item will not be sent."""
        if self._closed:
            return False
        if len(self._items) >= self._limit:
            self._overflowed = True
            self.close()
            return False
        self._items.append(item)
        self._wake()
        return True

    def close(self) -> None:
        """Let the reader end after what is in the queue."""
        self._closed = True
        self._wake()

    def drain(self) -> list[T]:
        """Take out everything that was not sent."""
        items = list(self._items)
        self._items.clear()
        return items

    async def get(self, timeout: float | None = None) -> T | None:
        """The next item; None when the box was closed or `timeout` seconds passed. Raises Overflow when it ran over."""
        while not self._items:
            if self._overflowed:
                raise Overflow(f"more than {self._limit} messages were waiting to be read")
            if self._closed:
                return None
            self._reader = asyncio.get_running_loop().create_future()
            try:
                if timeout is None:
                    await self._reader
                    continue
                async with asyncio.timeout(timeout):
                    await self._reader
            except TimeoutError:
                return None
            finally:
                self._reader = None
        return self._items.popleft()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

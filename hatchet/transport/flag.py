"""Something that happens once, such as the cancellation of an attempt or the end of a worker."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress


class Flag:
    """Whether something has happened: readable from any thread, awaitable on any loop."""

    def __init__(self) -> None:
        self._is_set = False
        self._event: threading.Event | None = None  # made for the first thread that waits: most flags have none
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    def is_set(self) -> bool:
        """Whether it has happened."""
        return self._is_set

    def set(self) -> None:
        """It has happened: wake whoever waits."""
        with self._lock:
            self._is_set = True
            if self._event is not None:
                self._event.set()
            waiting, self._waiting = self._waiting, []
        for loop, future in waiting:
            with suppress(RuntimeError):  # the loop is closed, so that nobody waits any more
                loop.call_soon_threadsafe(_release, future)

    def wait(self, timeout: float | None) -> bool:
        """Block until it has happened, `timeout` seconds at most; whether it has."""
        with self._lock:
            if self._is_set:
                return True
            if self._event is None:
                self._event = threading.Event()
        return self._event.wait(timeout)

    async def aio_wait(self) -> None:
        """Wait until it has happened."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:
            if self._is_set:
                return
            self._waiting.append((loop, future))
        try:
            await future
        finally:
            with self._lock:
                self._waiting = [entry for entry in self._waiting if entry[1] is not future]


def _release(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)

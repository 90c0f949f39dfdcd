"""Whether an attempt was cancelled."""

from __future__ import annotations

import asyncio
import threading


class CancelFlag:
    """Whether an attempt was cancelled: readable from any thread, awaitable on any loop."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    def is_set(self) -> bool:
        """Whether it was cancelled."""
        return self._event.is_set()

    def set(self) -> None:
        """Cancel it, and wake whoever waits."""
        with self._lock:
            self._event.set()
            waiting, self._waiting = self._waiting, []
        for loop, future in waiting:
            loop.call_soon_threadsafe(_release, future)

    def wait(self, timeout: float | None) -> bool:
        """Block until it is cancelled, `timeout` seconds at most; whether it was."""
        return self._event.wait(timeout)

    async def aio_wait(self) -> None:
        """Wait until it is cancelled."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:
            if self._event.is_set():
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

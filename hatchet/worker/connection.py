"""A worker's connection: a listener, and after each loss another one under a new id. Lives on the I/O loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from hatchet.errors import ApiError, WorkerError
from hatchet.worker.attempts import Attempts
from hatchet.worker.listener import Listener

logger: Final = logging.getLogger("hatchet")

PAUSE_GRACE = 0.5  # s that a worker without attempts waits for the engine to hear that it is paused
IN_FLIGHT = 5.0  # s of silence after which nothing is taken to be on its way any more

Pause = Callable[[str], Awaitable[None]]
"""Takes the worker with an id out of scheduling."""


class Connection:
    """The listeners of one worker, of which the last one takes new work."""

    def __init__(
        self,
        name: str,
        attempts: Attempts,
        new_listener: Callable[[], Listener],
        pause: Pause,
        renew_after: float | None,
    ) -> None:
        """`renew_after` is the time in seconds after which a stream is left for a new one, if any."""
        self._name = name
        self._attempts = attempts
        self._new_listener = new_listener
        self._pause = pause
        self._renew_after = renew_after
        self._listeners: dict[Listener, asyncio.Task[None]] = {}
        self._past_reconnects = 0
        self._succession: asyncio.Task[None] | None = None
        self._takes_new_ids = True
        self.listener: Listener = new_listener()
        """The listener that takes new work."""

    @property
    def reconnects(self) -> int:
        """How often the connection was lost."""
        return self._past_reconnects + self.listener.reconnects

    async def run(self) -> None:
        """Register, and listen until cancelled.

        Raises:
            WorkerError: the engine cannot be reached at first, or refuses the worker for good.
        """
        try:
            await self.listener.register()
        except ApiError as error:
            raise WorkerError(f"worker {self._name!r} cannot register: {error}") from error
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._listeners[self.listener] = group.create_task(self.listener.run())
                if self._takes_new_ids:
                    self._succession = group.create_task(self._take_new_ids())
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors.exceptions[0].__cause__

    async def _take_new_ids(self) -> None:
        """After each loss of the connection, and as often as the settings ask, go on under a new id.

        What the engine had sent when the connection broke may never have arrived, and the engine takes it to be at work
        here until the time of those tasks is over. So the old id gets nothing new and is kept only until what runs
        under it has ended; then the engine misses its heartbeats, and hands on what has never arrived.
        """
        while True:
            old = self.listener
            with suppress(TimeoutError):
                async with asyncio.timeout(self._renew_after):
                    await old.lost.wait()
            worker_id = old.worker_id
            old.lost.clear()  # before anything is waited for: it may be lost again meanwhile
            await old.connected.wait()
            if old.worker_id == worker_id:  # else the engine had forgotten it, so it has a new id already
                await self._replace(old)

    async def _replace(self, old: Listener) -> None:
        fresh = self._new_listener()
        try:
            await fresh.register()
        except ApiError as error:
            logger.warning(
                "worker %s could not take a new id; tasks that were sent to it while it had no connection wait for "
                "their timeout: %s", self._name, error,
            )  # fmt: skip
            return
        self._listeners[fresh] = self._group.create_task(fresh.run())
        await fresh.connected.wait()
        old.retired = True
        self._past_reconnects += old.reconnects
        self.listener = fresh
        # Beside the rest: what runs under the old id may take hours, in which the new one may be lost in turn.
        self._group.create_task(self._retire(old))

    async def _retire(self, old: Listener) -> None:
        """Keep an old id until the attempts that it has brought have ended; it gets no new ones."""
        await self._pause(old.worker_id)
        await self._attempts.finished(old.worker_id)
        await old.leave()
        # The engine's answer may overtake assignments that it had sent before, and not every engine ends the stream.
        await old.silence(IN_FLIGHT)
        await self._attempts.finished(old.worker_id)
        self._listeners.pop(old).cancel()

    def take_no_more_ids(self) -> None:
        """The worker ends: a loss from now on is only mended."""
        self._takes_new_ids = False
        if self._succession is not None:
            self._succession.cancel()

    async def finish(self) -> None:
        """Ask for no more work, wait for all attempts and their outcomes, and say goodbye."""
        listeners = list(self._listeners)
        ids = [listener.worker_id for listener in listeners if listener.worker_id]
        pausing = [asyncio.ensure_future(self._pause(worker_id)) for worker_id in ids]
        try:
            await self._attempts.finished()
            if pausing:
                # Where REST does not answer, the goodbye says the same a moment later.
                await asyncio.wait(pausing, timeout=PAUSE_GRACE)
        finally:
            for task in pausing:
                task.cancel()
            if pausing:
                await asyncio.wait(pausing)
        await asyncio.gather(*(listener.leave() for listener in listeners))
        await self._attempts.finished()  # those that came before the goodbye arrived

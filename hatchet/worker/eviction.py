"""Which durable tasks that only wait give up their places, and when. Lives on the I/O loop.

With `always_replay` all of them do, at each wait that is new to them, so that what comes next begins with a replay.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import Final

from hatchet.wire.durable_values import Place
from hatchet.worker.durable_lines import Line
from hatchet.worker.durable_stream import DurableStream

logger: Final = logging.getLogger("hatchet")

TICK = 1.0  # s between two looks at who waits for how long
SETTLED = 10.0  # s that a task has waited for before it goes for the sake of others
AT_ONCE = 0.1  # of all slots, that are freed for others in one look
REMEMBERED = 10_000  # runs whose waits are known; the others begin anew once more
UNDER_WAY = 20  # evictions at a time: a thousand that are due together need not all be in memory


class EvictionManager:
    """Evicts the invocations of one worker."""

    def __init__(self, stream: DurableStream, slots: int, *, always_replay: bool = False) -> None:
        """`slots` is the number of durable tasks that the worker runs at once."""
        self._stream = stream
        self._slots = slots
        self._replayed: OrderedDict[str, set[Place]] = OrderedDict()
        if always_replay:
            stream.rested = self._begin_anew
        self._evicting: set[asyncio.Task[None]] = set()
        self.evicted: int = 0
        """Invocations that were evicted."""

    async def run(self) -> None:
        """Evict those that wait for too long, or in the way of others, until cancelled."""
        while True:
            await asyncio.sleep(TICK)
            for line, reason in self._due(asyncio.get_running_loop().time()):
                while len(self._evicting) >= UNDER_WAY:
                    await asyncio.wait(self._evicting, return_when=asyncio.FIRST_COMPLETED)
                if line.idle_since is not None:
                    self._start(line, reason)

    async def drain(self) -> None:
        """The worker ends: evict whatever waits, and what comes to wait, until cancelled."""
        while True:
            self._stream.idle.clear()
            for line in self._stream.lines:
                if line.idle_since is not None and line.evicting is None:
                    self._start(line, f"Worker shutdown while waiting on {line.log.entries.waits_for}")
            await self._stream.idle.wait()

    def _due(self, now: float) -> list[tuple[Line, str]]:
        """Whom to evict, and why."""
        waiting = sorted(
            (
                (line.policy.priority, line.idle_since, line)
                for line in self._stream.lines
                if line.idle_since is not None and line.evicting is None and line.policy is not None
            ),
            key=lambda each: each[:2],
        )
        due: list[tuple[Line, str]] = []
        room = max(1, int(self._slots * AT_ONCE)) if len(waiting) >= self._slots else 0
        for _, since, line in waiting:
            assert line.policy is not None
            ttl, waited = line.policy.ttl, now - since
            if ttl is not None and waited > ttl.total_seconds():
                due.append((line, f"Wait TTL ({ttl}) exceeded while waiting on {line.log.entries.waits_for}"))
            elif room and line.policy.allow_capacity_eviction and waited >= SETTLED:
                room -= 1
                due.append((line, f"Worker at capacity while waiting on {line.log.entries.waits_for}"))
        return due

    def _begin_anew(self, line: Line) -> bool:
        """A task has come to wait: let it begin anew when it goes on, unless it has done so for this wait.

        Also for what is there already; whether it is evicted before it gets that.
        """
        run_id = line.log.invocation.task_run_id
        known = self._replayed.setdefault(run_id, set())
        self._replayed.move_to_end(run_id)
        if len(self._replayed) > REMEMBERED:
            self._replayed.popitem(last=False)
        places = set(line.log.entries.waits.values())
        if places <= known:
            return False
        if line.evicting is None:
            known |= places
            line.log.frozen = True  # now: what it waits for may come before the eviction begins
            self._start(line, f"always_replay, while waiting on {line.log.entries.waits_for}")
        return True

    def _start(self, line: Line, reason: str) -> None:
        task = asyncio.get_running_loop().create_task(self._evict(line, reason))
        self._evicting.add(task)
        task.add_done_callback(self._done)

    async def _evict(self, line: Line, reason: str) -> None:
        if await self._stream.evict(line, reason, at_rest=True):
            self.evicted += 1
            logger.info("task run %s was evicted: %s", line.log.invocation.task_run_id, reason)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._evicting.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("an eviction failed", exc_info=error)

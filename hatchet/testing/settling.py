"""Whether everything waits: then time may pass, and nothing that the program does meanwhile comes too late."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

from hatchet.engine.state.model import Status, TaskRun
from hatchet.engine.state.timers import Key, TimerKind
from hatchet.runs.waits import WaitingRun, Waits

if TYPE_CHECKING:
    from hatchet.engine.hub import Hub
    from hatchet.testing.line import Line
    from hatchet.transport.io_loop import IoLoop
    from hatchet.wire.gateway import Gateway

TURNS: Final = 24  # of the I/O loop; a message has fewer stations on it, from its sender to who reads it
LOOK_EVERY: Final = 0.0005  # s of real time between two looks at whether code that runs has come to wait
COUNTED: Final = 20 * LOOK_EVERY  # s; what passes beyond between two looks, the machine was busy with something else

OWN: Final = frozenset({TimerKind.WORKER, TimerKind.RETURN, TimerKind.TIDY})
"""What the engine books for itself, not for a program: time does not pass for its sake."""


class Stillness:
    """Looks at one engine and at the clients and workers of this process. Lives on the I/O loop."""

    def __init__(self, line: Line, gateways: Collection[Gateway], io: IoLoop) -> None:
        self._line = line
        self._gateways = gateways
        self._io = io
        self._occupied: set[tuple[str, int]] = set()
        """Attempts that neither ended nor came to wait when they were waited for; they are waited for once."""

    async def settle(self, hub: Hub, patience: float) -> None:
        """Wait until everything waits, or what does not had `patience` real seconds."""
        now = asyncio.get_running_loop().time
        while not await self.reached(hub):
            if patience <= 0:
                self._occupied |= {(task.id, task.retry_count) for task in self._at_work(hub)}
                return
            began = now()
            await asyncio.sleep(LOOK_EVERY)
            patience -= min(now() - began, COUNTED)

    async def reached(self, hub: Hub) -> bool:
        """Whether everything waits, and nothing is on its way."""
        passed = self._line.passed
        if not await self._nothing_passes(hub, passed):
            return False
        # Code that waits for one thing may be about to ask for another, on a loop that has not come to it yet.
        hosts = {loop for loop, _ in self._io.hosted}
        return not await self._io.callers.come_to_rest(hosts) or await self._nothing_passes(hub, passed)

    async def _nothing_passes(self, hub: Hub, passed: int) -> bool:
        """Whether nobody is at work, and no message follows those that have passed."""
        for _ in range(TURNS):
            if self._line.passed != passed or hub.turns.is_planned or any(self._at_work(hub)):
                return False
            await asyncio.sleep(0)
        return True

    def waits(self) -> Iterable[WaitingRun]:
        """Who waits for the result of a run."""
        for gateway in self._gateways:
            if isinstance(gateway.watch, Waits):
                yield from gateway.watch.waiting

    def waiting(self) -> set[str | None]:
        """The task runs whose code waits for the engine, by their ids; None where the code of no task does."""
        waiting = {wait.waiter for wait in self.waits()}
        for gateway in self._gateways:
            for worker in gateway.workers:
                waiting |= worker.resting()
        return waiting

    def working(self, hub: Hub) -> set[str]:
        """The task runs whose code does something that is not a wait for the engine, by their ids."""
        self._occupied.clear()
        return {task.id for task in self._at_work(hub)}

    def _at_work(self, hub: Hub) -> Iterable[TaskRun]:
        """The attempts whose code does something that is not a wait for the engine."""
        workers = [worker for worker in hub.core.scheduler.workers.values() if worker.tasks]
        if not workers:
            self._occupied.clear()
            return
        waiting = self.waiting()
        for worker in workers:
            for task in worker.tasks.values() if worker.active else ():
                is_here = task.status is Status.RUNNING and task.evicted_at is None
                if is_here and task.id not in waiting and (task.id, task.retry_count) not in self._occupied:
                    yield task


def next_due(hub: Hub) -> float | None:
    """When the next thing is due that a program may notice, by the engine's clock."""
    workers = hub.core.scheduler.workers

    def is_noticed(key: Key) -> bool:
        kind, name = key
        # A worker that was killed has no heartbeat any more.
        return kind not in OWN or (kind is TimerKind.WORKER and name in workers and workers[name].beat is None)

    return hub.core.timers.next_where(is_noticed)

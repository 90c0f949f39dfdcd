"""The rhythm of the engine: requests change the state, one transaction stores it, then the news goes out.

Everything that happens in one turn of the event loop shares one transaction. Replies that acknowledge something wait
for it (`stored`), and nothing is sent to a worker or a subscriber before it. What fails in a turn fails alone: a row
that can never be stored, a task that cannot be handed out, news that cannot be sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from hatchet.engine.rules.assignment import Assignment
from hatchet.engine.rules.core import Core
from hatchet.engine.state.changes import Changes, Output, Unstored
from hatchet.engine.state.clock import Clock, Handle
from hatchet.engine.state.errors import Code, Refused, StorageError
from hatchet.engine.state.model import Run
from hatchet.engine.state.timers import TimerKind

logger: logging.Logger = logging.getLogger(__name__)

STORAGE_RETRY = 1.0
"""Seconds until changes that could not be stored are tried again."""

Waiter = tuple[int, "asyncio.Future[None]"]
"""Who waits until something is stored, and the last number that was given when it was done."""


class Turns:
    """Runs the turns of one engine on one event loop."""

    def __init__(
        self,
        core: Core,
        assignment: Assignment,
        commit: Callable[[Changes], list[Unstored]],
        clock: Clock,
        deliver: Callable[[Output], None],
        abandon: Callable[[Run], None],
        due: Mapping[TimerKind, Callable[[str, float], None]],
    ) -> None:
        self._core = core
        self._assignment = assignment
        self._commit = commit
        self._clock = clock
        self._deliver = deliver
        self._abandon = abandon
        self._due = due
        self._waiters: list[Waiter] = []
        self._planned: asyncio.Handle | None = None
        self._lazy: asyncio.TimerHandle | None = None
        self._retry: asyncio.TimerHandle | None = None
        self._alarm: Handle | None = None
        self._alarm_at: float | None = None
        self._closed = False

    def soon(self) -> None:
        """Take a turn when the event loop comes round again."""
        if self._planned is None and not self._closed:
            self._planned = asyncio.get_running_loop().call_soon(self.run)

    def lazily(self) -> None:
        """Take a turn within a moment; for rows that nobody waits for."""
        if self._planned is None and self._lazy is None and self._retry is None and not self._closed:
            delay = self._core.settings.lazy_flush
            self._lazy = asyncio.get_running_loop().call_later(delay, self._no_longer)

    def _no_longer(self) -> None:
        # Turns in the meantime have left it standing: a turn too many now and then is cheaper than a timer for each.
        self._lazy = None
        if self._retry is None:
            self.run()

    async def stored(self) -> None:
        """Wait until everything done so far is stored; raises Refused when it cannot be stored."""
        if self._closed:
            raise Refused(Code.UNAVAILABLE, "the embedded engine is stopping")
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((self._core.last_number, waiter))
        self.soon()
        await waiter

    def run(self) -> None:
        """One turn: hand out tasks, store, send."""
        self._forget_plans()
        waiters, self._waiters = self._waiters, []
        try:
            unstored = self._turn()
        except StorageError as error:
            # The changes stay where they are and are tried again, so the news about them waits, too.
            logger.error("the embedded engine could not store its changes, next try in %g s: %s", STORAGE_RETRY, error)
            _fail(waiters, f"the embedded engine could not store the request: {error}")
            if not self._closed:
                self._retry = asyncio.get_running_loop().call_later(STORAGE_RETRY, self.run)
        except Exception:
            logger.exception("a turn of the embedded engine failed; what was asked for in it may not be stored")
            _fail(waiters, "internal error of the embedded engine; see its log")
        else:
            _answer(waiters, unstored)

    def close(self) -> None:
        """Take a last turn and stop; later changes are not stored any more."""
        if not self._closed:
            self.run()
            self._closed = True
            self._forget_plans()
            if self._lazy is not None:
                self._lazy.cancel()
            if self._alarm is not None:
                self._alarm.cancel()

    def _turn(self) -> list[Unstored]:
        core = self._core
        try:
            self._assignment.assign(self._clock.now(), self._clock.steady())
        except Exception:
            logger.exception("the embedded engine failed to hand out tasks; those in question wait")
        unstored = self._commit(core.changes) if core.changes else []
        core.changes = Changes()
        if unstored:
            self._give_up(unstored)
        core.trim()
        for output in core.take_outputs():
            try:
                self._deliver(output)
            except Exception:
                logger.exception("the embedded engine failed to tell of %s", type(output).__name__)
        self._set_alarm()
        return unstored

    def _give_up(self, unstored: list[Unstored]) -> None:
        """Say what is not stored, and end the runs that would vanish with the engine."""
        for each in unstored:
            logger.error("the embedded engine cannot store %s: %s", each.name, each.error)
            for row in each.new:
                self._abandon(row if isinstance(row, Run) else row.run)

    def _forget_plans(self) -> None:
        if self._planned is not None:
            self._planned.cancel()
            self._planned = None
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None

    def _set_alarm(self) -> None:
        due = self._core.timers.next()
        if due == self._alarm_at:
            return
        # An alarm that rings too early finds nothing due and books the right one: cheaper than moving it each time.
        if due is not None and self._alarm_at is not None and due > self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._alarm_at = due
        if due is not None and not self._closed:
            self._alarm = self._clock.call_at(due, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._alarm_at = None
        now = self._clock.now()
        for kind, key in self._core.timers.pop_due(now):
            try:
                self._due[kind](key, now)
            except Exception:
                # What else is due has left the heap already and must not be lost with it.
                logger.exception("the embedded engine failed at what was due (%s, %s)", kind.value, key)
        self.soon()


def _answer(waiters: list[Waiter], unstored: list[Unstored]) -> None:
    """Tell everybody that the request is stored, but those who asked for what is not."""
    first = 0
    for last, waiter in waiters:
        lost = [each for each in unstored if not each.new or any(first < row.seq <= last for row in each.new)]
        if lost:
            _fail([(last, waiter)], f"the engine cannot store {lost[0].name}: {lost[0].error}", Code.INVALID)
        elif not waiter.done():
            waiter.set_result(None)
        first = last


def _fail(waiters: list[Waiter], reason: str, code: Code = Code.UNAVAILABLE) -> None:
    for _, waiter in waiters:
        if not waiter.done():
            waiter.set_exception(Refused(code, reason))

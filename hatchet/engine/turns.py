"""The rhythm of the engine: requests change the state, one transaction stores it, then the news goes out.

Everything that happens in one turn of the event loop shares one transaction. Replies that acknowledge something wait
for it (`stored`), and nothing is sent to a worker or a subscriber before it. What fails in a turn fails alone: a row
that can never be stored, a task that cannot be handed out, news that cannot be sent.

When nothing can be stored, whoever asked is refused, and the state becomes again what is stored: a request that was
refused is not carried out later. What has happened without being asked for (`happened`) is kept and done again.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection
from typing import Protocol

from hatchet.engine.rules.assignment import Assignment
from hatchet.engine.rules.core import Core
from hatchet.engine.state.changes import Answer, BatchDispatch, Changes, Output, RunEnded, Unstored
from hatchet.engine.state.clock import Handle, Timekeeper
from hatchet.engine.state.errors import Code, Refused, StorageError, UnstorableError
from hatchet.engine.state.model import Run
from hatchet.engine.state.timers import TimerKind
from hatchet.engine.storage.store import Store

logger: logging.Logger = logging.getLogger(__name__)

STORAGE_RETRY = 1.0
"""Seconds until it is tried again to store something."""

Waiter = tuple[int, "asyncio.Future[None]"]
"""Who waits until something is stored, and the last number that was given when it was done."""


class Parts(Protocol):
    """What the turns work with: parts of the engine that are made anew from what is stored, and the rest."""

    core: Core
    assignment: Assignment

    def deliver(self, output: Output) -> None:
        """Tell a worker or a subscriber."""
        ...

    def due(self, kind: TimerKind, key: str, now: float) -> None:
        """See to what becomes due."""
        ...

    def stored(self, changes: Changes) -> None:
        """Note what has been stored."""
        ...

    def tidy(self, now: float) -> None:
        """Delete a little of what is too old or too much, when it is time for that."""
        ...

    def lost(self) -> None:
        """What has not been told yet is not told any more: whoever waits for it must ask again."""
        ...

    def rebuild(self) -> None:
        """Make the state what is stored, with the workers and streams that there are."""
        ...

    def shift(self, jump: float) -> None:
        """Move the deadlines along with a wall clock that was set, in what is stored and in the state."""
        ...


class Turns:
    """Runs the turns of one engine on one event loop."""

    def __init__(self, parts: Parts, store: Store, clock: Timekeeper) -> None:
        self._parts = parts
        self._store = store
        self._clock = clock
        self._waiters: list[Waiter] = []
        self._facts: dict[tuple[str, ...], Callable[[], None]] = {}
        self._planned: asyncio.Handle | None = None
        self._lazy: asyncio.TimerHandle | None = None
        self._retry: asyncio.TimerHandle | None = None
        self._setting: asyncio.Handle | None = None
        self._alarm: Handle | None = None
        self._alarm_at: float | None = None
        self._in_trouble = False
        self._behind = False
        self._hands_out = True
        self._closed = False

    def soon(self) -> None:
        """Take a turn when the event loop comes round again; later when nothing can be stored at present."""
        if self._planned is None and self._retry is None and not self._closed:
            self._planned = asyncio.get_running_loop().call_soon(self.run)

    def lazily(self) -> None:
        """Take a turn within a moment; for rows that nobody waits for."""
        if self._planned is None and self._lazy is None and self._retry is None and not self._closed:
            delay = self._parts.core.settings.lazy_flush
            self._lazy = asyncio.get_running_loop().call_later(delay, self._no_longer)

    def _no_longer(self) -> None:
        # Turns in the meantime have left it standing: a turn too many now and then is cheaper than a timer for each.
        self._lazy = None
        self.run()

    async def stored(self) -> None:
        """Wait until everything done so far is stored; raises Refused when it cannot be stored."""
        if self._closed:
            raise Refused(Code.UNAVAILABLE, "the embedded engine is stopping")
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((self._parts.core.last_number, waiter))
        self.soon()
        await waiter

    def happened(self, name: tuple[str, ...], fact: Callable[[], None]) -> None:
        """Note something that cannot be refused; done again, from the ids in it, if it could not be stored."""
        self._facts[name] = fact
        fact()

    def owed(self, name: tuple[str, ...], again: Callable[[], None]) -> None:
        """Have something done that is being done now, in case it cannot be stored."""
        self._facts.setdefault(name, again)

    @property
    def is_planned(self) -> bool:
        """Whether a turn is due at once."""
        return self._planned is not None

    def run(self) -> None:
        """One turn: hand out tasks, store, send. Nothing while it waits for the next try to store something."""
        if self._retry is None and not self._closed:
            self._run()

    def _run(self) -> None:
        self._forget_plans()
        waiters, self._waiters = self._waiters, []
        try:
            if self._behind:
                self._parts.lost()
                self._rebuild()
                _fail(waiters, "the embedded engine could not store the request")
                waiters = []
            unstored = self._turn(waiters)
        except StorageError as error:
            self._trouble(error)
            _fail(waiters, f"the embedded engine could not store the request: {error}")
        except UnstorableError as error:
            logger.error("the embedded engine cannot store %s; everything in the same turn is refused", error)
            self._start_over()
            _fail(waiters, f"the engine cannot store {error}", Code.INVALID)
        except Exception:
            logger.exception("a turn of the embedded engine failed; what was asked for in it is refused")
            self._start_over()
            _fail(waiters, "internal error of the embedded engine; see its log")
        else:
            if self._in_trouble:
                self._in_trouble = False
                logger.warning("the embedded engine can store again in %s", self._store.name)
            _answer(waiters, unstored)

    def stop_handing_out(self) -> None:
        """The engine is about to stop: what is queued stays there."""
        self._hands_out = False

    def close(self) -> None:
        """Take last turns until everything is stored, and stop; later changes are not stored any more."""
        if self._closed:
            return
        self._run()
        if self._facts and not self._in_trouble:
            self._run()  # what the turn before could not deliver
        if self._in_trouble:
            logger.error("the embedded engine stops with changes that it could not store in %s", self._store.name)
        self._closed = True
        self._forget_plans()
        for each in (self._lazy, self._alarm, self._setting):
            if each is not None:
                each.cancel()
        _fail(self._waiters, "the embedded engine is stopping")

    def set_clock_soon(self) -> None:
        """The wall clock was set: move the deadlines along before anything else happens."""
        if self._setting is None and not self._closed:
            self._setting = asyncio.get_running_loop().call_soon(self._set_clock)

    def _set_clock(self) -> None:
        self._setting = None
        self.run()  # what has been done so far was done by the former time
        jump = self._clock.jump()
        if not jump or self._retry is not None or self._closed:
            return  # after trouble, the next look at the clock comes here again
        logger.warning("the machine's clock was set by %+.0f s; the embedded engine moves its deadlines along", jump)
        try:
            self._parts.shift(jump)
            self._rebuild()
        except StorageError as error:
            self._trouble(error)
        else:
            self.soon()

    def _turn(self, waiters: list[Waiter]) -> list[Unstored]:
        core = self._parts.core
        now = self._clock.now()
        if self._hands_out:
            try:
                self._parts.assignment.assign(now, self._clock.steady())
            except Exception:
                logger.exception("the embedded engine failed to hand out tasks; those in question wait")
        changes = core.changes
        unstored = self._store.commit(changes) if changes else []
        if self._in_trouble and not changes:
            self._store.probe()
        outputs = core.take_outputs()
        if unstored:
            outputs = self._withdraw(unstored, changes, waiters, outputs)
        core.changes = Changes()
        self._facts.clear()
        self._parts.stored(changes)
        core.trim()
        for output in outputs:
            try:
                self._parts.deliver(output)
            except Exception:
                logger.exception("the embedded engine failed to tell of %s", type(output).__name__)
        if unstored:
            self._rebuild()
        self._parts.tidy(now)
        self._set_alarm()
        return unstored

    def _withdraw(
        self, unstored: list[Unstored], changes: Changes, waiters: list[Waiter], outputs: list[Output]
    ) -> list[Output]:
        """Take back the runs of all who are refused; the news of the others."""
        self._parts.lost()
        gone: set[int] = set()
        for each in unstored:
            logger.error("the embedded engine cannot store %s: %s", each.name, each.error)
            gone.update(row.seq if isinstance(row, Run) else row.run.seq for row in each.new)
        refused = _refused(waiters, unstored)
        gone.update(run.seq for run in changes.runs.values() if any(low < run.seq <= high for low, high in refused))
        self._store.withdraw(gone)
        return [kept for output in outputs if (kept := _without(output, gone)) is not None]

    def _trouble(self, error: StorageError) -> None:
        if not self._in_trouble:
            logger.error(
                "the embedded engine cannot store anything: %s. Until then it refuses requests, and tries every %g s",
                error, STORAGE_RETRY,
            )  # fmt: skip
        self._in_trouble = True
        self._start_over()

    def _start_over(self) -> None:
        """Forget what could not be stored, and try again later: the same may happen then."""
        self._behind = True
        self._parts.lost()
        try:
            self._rebuild()
        except StorageError as error:
            logger.debug("the state cannot be read from %s yet: %s", self._store.name, error)
        if not self._closed:
            self._retry = asyncio.get_running_loop().call_later(STORAGE_RETRY, self._try_again)

    def _try_again(self) -> None:
        self._retry = None
        self._run()

    def _rebuild(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self._alarm_at = None
        try:
            self._parts.rebuild()
        except sqlite3.Error as error:
            self._behind = True
            raise StorageError(str(error)) from error
        self._behind = False
        for name, fact in list(self._facts.items()):
            try:
                fact()
            except Exception:
                logger.exception("the embedded engine failed to do again what had happened: %s", " ".join(name))
        self._set_alarm()

    def _forget_plans(self) -> None:
        for each in (self._planned, self._retry):
            if each is not None:
                each.cancel()
        self._planned = self._retry = None

    def _set_alarm(self) -> None:
        due = self._parts.core.timers.next()
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
        if self._retry is not None:
            return  # what is due now would be done in vain; the next turn that stores something books it again
        now = self._clock.now()
        for kind, key in self._parts.core.timers.pop_due(now):
            try:
                self._parts.due(kind, key, now)
            except Exception:
                # What else is due has left the heap already and must not be lost with it.
                logger.exception("the embedded engine failed at what was due (%s, %s)", kind.value, key)
        self.soon()


def _refused(waiters: list[Waiter], unstored: list[Unstored]) -> list[tuple[int, int]]:
    """The numbers, (last before, last], of the requests of which something is not stored."""
    ranges: list[tuple[int, int]] = []
    first = 0
    for last, _ in waiters:
        if any(first < row.seq <= last for each in unstored for row in each.new):
            ranges.append((first, last))
        first = last
    return ranges


def _without(output: Output, gone: Collection[int]) -> Output | None:
    """News without the runs with these numbers; None when nothing is left of it."""
    if isinstance(output, Answer):
        return None  # its stream is ended
    if isinstance(output, BatchDispatch):
        return output  # members that are gone are left out when it is sent
    run = output.run if isinstance(output, RunEnded) else output.task.run
    return None if run.seq in gone else output


def _answer(waiters: list[Waiter], unstored: list[Unstored]) -> None:
    """Tell everybody that the request is stored, but those who asked for what is not."""
    first = 0
    for last, waiter in waiters:
        lost = [each for each in unstored if any(first < row.seq <= last for row in each.new)]
        if lost:
            _fail([(last, waiter)], f"the engine cannot store {lost[0].name}: {lost[0].error}", Code.INVALID)
        elif not waiter.done():
            waiter.set_result(None)
        first = last


def _fail(waiters: list[Waiter], reason: str, code: Code = Code.UNAVAILABLE) -> None:
    for _, waiter in waiters:
        if not waiter.done():
            waiter.set_exception(Refused(code, reason))

"""Who waits for results, and for how long: a run that nobody executes is looked at, and says why."""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from hatchet._lazy import Deferred
from hatchet.errors import ApiError, HatchetError, NotFound, PayloadTooLarge, ResultTimeout, RunCancelled
from hatchet.scope import current_scope

if TYPE_CHECKING:
    from hatchet.runs import why
    from hatchet.wire.gateway import Gateway
    from hatchet.wire.run_calls import Watch
    from hatchet.wire.values import RunDetails, TaskRunDetails
else:
    # Dataclasses take a while to make; these are needed by a wait that takes long.
    why = Deferred("hatchet.runs.why")

logger: Final = logging.getLogger("hatchet")

LOOK_AFTER = 5.0  # s; most runs have begun by then
TICK = 1.0  # s between two glances at who waits for so long; nothing is asked then but of those
WORKFLOWS_AT_ONCE = 4  # whose runs one tick looks at, two of each: many waits ask no more than a few
ASK_LIMIT = 3.0  # s that a look at a run that waits may take; it goes on beside the wait
SAID_AGAIN = 300.0  # s in which the same is said of a workflow once
SAID_LIMIT = 1000  # workflows and reasons that are remembered to have been said
LAST_LOOK = 1.0  # s before the end of a wait with a timeout at which the run is looked at, for the error's words
END_LIMIT = 2.0  # s by which the error for a cancelled run may come later, to say who cancelled it
END_TRY = 0.1  # s between two tries: an engine tells of the end first, and some milliseconds later why
ENDS = 20  # looks for the sake of an error in any `ENDS_WITHIN` seconds; the others say less
ENDS_WITHIN = 5.0  # s


class Knowledge(Protocol):
    """What the engine's REST side tells of a task run."""

    async def facts(self, task_run_id: str) -> why.Facts:
        """What it waits for."""
        ...

    async def events(self, run_id: str, task_run_ids: Sequence[str]) -> Sequence[why.Happened]:
        """What happened to the tasks of a run."""
        ...

    async def details(self, run_id: str, *, ended: bool) -> RunDetails:
        """The run, with the outputs of its tasks."""
        ...


class Waits:
    """The waits of a client. Lives on the I/O loop."""

    def __init__(self, gateway: Gateway, knowledge: Callable[[], Awaitable[Knowledge]] | None = None) -> None:
        self._gateway = weakref.ref(gateway)  # whose part this is; whoever waits holds it
        self._knowledge = knowledge
        self._waits: dict[int, WaitingRun] = {}
        self._begun = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticking: asyncio.TimerHandle | None = None
        self._looked: dict[str, float] = {}
        self._said: dict[object, float] = {}
        self._ends: deque[float] = deque(maxlen=ENDS)

    @property
    def _connected(self) -> Gateway:
        gateway = self._gateway()
        if gateway is None:
            raise HatchetError("the client is gone, and nobody waits in it")
        return gateway

    @property
    def waiting(self) -> Collection[WaitingRun]:
        """Those that are under way."""
        return self._waits.values()

    def begin(self, run_id: str, workflow: str | None, timeout: float | None) -> WaitingRun:
        """Somebody waits for a run's result."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # the I/O loop was closed, and with it all that waited
            self._loop, self._ticking, self._waits = loop, None, {}
        self._begun += 1
        wait = self._waits[self._begun] = WaitingRun(self, self._begun, run_id, workflow, timeout)
        if self._ticking is None:
            self._tick_later(loop)
        return wait

    def ended(self, number: int) -> None:
        """This one waits no longer."""
        self._waits.pop(number, None)

    # -- those that wait for long

    def _tick_later(self, loop: asyncio.AbstractEventLoop) -> None:
        # The timer must not keep a client that was dropped: only its waits do.
        known: weakref.ref[Waits] = weakref.ref(self)
        self._ticking = loop.call_later(TICK, _tick, known)

    def _tick(self) -> None:
        self._ticking = None
        if not self._waits or self._loop is None:
            self._looked.clear()
            return
        self._tick_later(self._loop)
        for wait in self._due(time.monotonic()):
            self.look(wait)

    def _due(self, now: float) -> list[WaitingRun]:
        """Those to look at: the oldest and the newest of a workflow, and none of it again for a while."""
        self._looked = {group: at for group, at in self._looked.items() if now - at < LOOK_AFTER}
        groups: dict[str, list[WaitingRun]] = {}
        for wait in self._waits.values():  # in the order of their beginning
            if now - wait.since < LOOK_AFTER:
                break
            group = wait.workflow or ""
            if wait.look_at > now or group in self._looked:
                continue
            if group in groups or len(groups) < WORKFLOWS_AT_ONCE:
                groups.setdefault(group, []).append(wait)
        chosen: list[WaitingRun] = []
        for group, waits in groups.items():
            self._looked[group] = now
            chosen += waits if len(waits) == 1 else (waits[0], waits[-1])
        for wait in chosen:
            wait.look_at = now + max(LOOK_AFTER, now - wait.since)  # ever more rarely
        return chosen

    def look(self, wait: WaitingRun) -> None:
        """Look at a run beside the wait for it."""
        self._connected.io.spawn(self._look(wait), f"look at run {wait.run_id}")

    def look_before_the_end(self, wait: WaitingRun) -> None:
        """The same for the sake of an error's words, if there were not too many of late."""
        if self._may_ask():
            self.look(wait)

    async def _look(self, wait: WaitingRun) -> None:
        try:
            async with asyncio.timeout(ASK_LIMIT):
                wait.saw(await self._connected.run_details(wait.run_id, once=True))
                task = wait.untaken
                if task is None or self._knowledge is None or wait.is_short:
                    return
                facts = await self._facts(task)
        except NotFound:
            return  # the wait itself finds that out
        except (HatchetError, TimeoutError) as error:
            logger.debug("run %s is waited for, and how it stands could not be learned: %s", wait.run_id, error)
            return
        if wait.untaken is task:  # still the newest that is known
            wait.reasons = {task.task_run_id: why.explain(facts)}
            self._say(wait, task)

    async def _facts(self, task: TaskRunDetails) -> why.Facts:
        assert self._knowledge is not None
        try:
            async with asyncio.timeout(ASK_LIMIT):
                return await (await self._knowledge()).facts(task.task_run_id)
        except (HatchetError, TimeoutError) as error:
            return why.Facts(task.name, problem=str(error) or f"no answer within {ASK_LIMIT:g} s")

    def _say(self, wait: WaitingRun, task: TaskRunDetails) -> None:
        """Log it, once for each workflow and reason in a while."""
        waited = time.monotonic() - wait.since
        reasons = wait.reasons_of(task)
        if wait.has_ended or waited < LOOK_AFTER or all(reason.kind.is_expected for reason in reasons):
            return
        key = (wait.workflow or wait.run_id, task.name, *(reason.kind for reason in reasons))
        now = time.monotonic()
        if now - self._said.get(key, float("-inf")) < SAID_AGAIN:
            return
        self._said.pop(key, None)
        self._said[key] = now
        if len(self._said) > SAID_LIMIT:
            self._said.pop(next(iter(self._said)))
        of = f" of {wait.workflow}" if wait.workflow else ""
        logger.warning(
            "run %s%s has no result after %.0f s, and %s", wait.run_id, of, waited, why.untaken(task.name, reasons)
        )

    # -- those whose result is too large for a message

    async def large_details(self, run_id: str, error: PayloadTooLarge, *, ended: bool) -> RunDetails:
        """A run as it stands, over REST, where messages have no limit.

        Raises:
            PayloadTooLarge: REST does not give it either; the run itself may have ended well.
        """
        if self._knowledge is None:
            raise error
        try:
            return await (await self._knowledge()).details(run_id, ended=ended)
        except ApiError as second:
            raise PayloadTooLarge(
                f"run {run_id}: what its tasks take and give is too large for one message ({error}), and cannot be "
                f"read over REST: {second}",
                code=error.code,
                call=error.call,
            ) from second

    # -- those that end badly

    def _may_ask(self) -> bool:
        now = time.monotonic()
        if len(self._ends) == ENDS and now - self._ends[0] < ENDS_WITHIN:
            return False
        self._ends.append(now)
        return True

    async def why_cancelled(self, wait: WaitingRun) -> str | None:
        """Why a run was cancelled, if that can be learned soon."""
        if self._knowledge is None or not self._may_ask():
            return None
        learned = self._connected.io.spawn(self._learn(wait), f"why run {wait.run_id} was cancelled")
        try:
            await asyncio.wait([learned], timeout=END_LIMIT)
        finally:
            learned.cancel()
        return wait.cause

    async def _learn(self, wait: WaitingRun) -> None:
        assert self._knowledge is not None
        tasks = [] if wait.details is None else list(wait.details.tasks.values())
        try:
            knowledge = await self._knowledge()
            while wait.cause is None:
                events = await knowledge.events(wait.run_id, [task.task_run_id for task in tasks])
                late = {event.task_run_id for event in events if event.type == why.SCHEDULING_TIMED_OUT}
                for task in tasks:
                    if task.task_run_id in late:
                        facts = await self._facts(task)
                        wait.cause = why.too_late(facts, wait.reasons_of(task) or why.explain(facts))
                        return
                wait.cause = why.cancelled_by(events)
                if wait.cause is None:
                    await asyncio.sleep(END_TRY)
        except HatchetError as error:
            logger.debug("why run %s was cancelled could not be learned: %s", wait.run_id, error)


def _tick(known: weakref.ref[Waits]) -> None:
    waits = known()
    if waits is not None:
        waits._tick()  # pyright: ignore[reportPrivateUsage]  # of this module


class WaitingRun:
    """One wait for a run's result."""

    __slots__ = (
        "_last_look", "_number", "_timeout", "_waits", "cause", "details", "has_ended", "look_at", "reasons", "run_id",
        "since", "waiter", "workflow",
    )  # fmt: skip

    def __init__(self, waits: Waits, number: int, run_id: str, workflow: str | None, timeout: float | None) -> None:
        self._waits = waits
        self._number = number
        self._timeout = timeout
        self.run_id: str = run_id
        self.workflow: str | None = workflow
        scope = current_scope.get()
        self.waiter: str | None = None if scope is None else scope.task_run_id
        """The task run whose code waits; None outside of tasks."""
        self.since: float = time.monotonic()
        self.look_at: float = 0.0
        self.details: RunDetails | None = None
        """As it stood when it was last looked at."""
        self.reasons: Mapping[str, Sequence[why.Reason]] = {}
        """Why a task of it was not executed then."""
        self.cause: str | None = None
        """Of a run that was cancelled: why."""
        self.has_ended: bool = False
        self._last_look: asyncio.TimerHandle | None = None
        if timeout is not None and timeout > 0:
            after = timeout - min(LAST_LOOK, timeout / 2)
            self._last_look = asyncio.get_running_loop().call_later(after, waits.look_before_the_end, self)

    @property
    def is_short(self) -> bool:
        """Whether it is too short for more than a look at the run's state."""
        return self._timeout is not None and self._timeout < LAST_LOOK

    @property
    def untaken(self) -> TaskRunDetails | None:
        """The task of it that waited for a worker, where none was running."""
        tasks = [] if self.details is None or self.details.done else list(self.details.tasks.values())
        if any(task.status.value == "RUNNING" for task in tasks):
            return None
        return next((task for task in tasks if task.status.value == "QUEUED"), None)

    def reasons_of(self, task: TaskRunDetails) -> Sequence[why.Reason]:
        """Why a task of it was not executed when it was last asked about."""
        return self.reasons.get(task.task_run_id, ())

    def saw(self, details: RunDetails) -> None:
        """The run was looked at."""
        self.details = details

    def timed_out(self) -> ResultTimeout:
        """The error for a wait whose time is over."""
        task = self.untaken
        reasons = () if task is None else self.reasons_of(task)
        reason = why.untaken(task.name, reasons) if task is not None and reasons else None
        state = None if self.details is None else self.details.status.value
        return ResultTimeout(self.run_id, self._timeout or 0, state=state, reason=reason)

    async def cancelled(self) -> RunCancelled:
        """The error for a run that was cancelled."""
        return RunCancelled(self.run_id, reason=await self._waits.why_cancelled(self))

    def end(self) -> None:
        """It waits no longer."""
        self.has_ended = True
        if self._last_look is not None:
            self._last_look.cancel()
        self._waits.ended(self._number)


def watch_of(gateway: Gateway) -> Watch:
    """Who looks after the waits of a connection; one that no client has is not told why runs wait."""
    if gateway.watch is None:
        gateway.watch = Waits(gateway)
    return gateway.watch

"""What durable tasks ask for: memos, children, waits, to be let go; and what their workers say of them.

Pure. An entry and its effect are stored in one transaction, and only then is the worker told: so an effect happens
once, whoever is killed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hatchet._dataclasses import NamedTuple
from hatchet.engine.rules import calls
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.event_logs import EventLogs
from hatchet.engine.rules.eviction import Eviction
from hatchet.engine.rules.idempotency import Collision
from hatchet.engine.rules.triggering import Trigger, Triggering
from hatchet.engine.state.changes import (
    Answer,
    Asked,
    ChildrenStarted,
    InvocationEvicted,
    InvocationOver,
    MemoFound,
    Reply,
    RequestFailed,
    WaitBegun,
)
from hatchet.engine.state.conditions import Match, Wait
from hatchet.engine.state.durable import EntryKind, EventLog, LogEntry, Spot
from hatchet.engine.state.errors import Refused
from hatchet.engine.state.model import Status, TaskRun

MISSED = "a completion may not have reached the worker that let it go"
LET_GO = "Task paused and evicted from worker"


class Awaited(NamedTuple):
    """An entry that a worker says it waits for."""

    task_id: str
    invocation: int
    spot: Spot


class Durable:
    """Serves the requests of durable tasks."""

    def __init__(self, core: Core, logs: EventLogs, eviction: Eviction, triggering: Triggering) -> None:
        self._core = core
        self._logs = logs
        self._eviction = eviction
        self._triggering = triggering

    # -- memos ------------------------------------------------------------------------------------------------------

    def memo(self, asked: Asked, key: bytes, value: bytes | None, now: float) -> None:
        """Find what was remembered at this call, or open an entry for it; a value that is given is kept at once."""
        found = self._enter(asked)
        if found is None:
            return
        task, log = found
        spot = log.spot(log.nodes + 1)
        entry = log.entries.get(spot)
        existed = entry is not None
        if entry is None:
            entry = LogEntry(task.id, spot, EntryKind.MEMO, key, now)
            log.add(entry)
            self._logs.touch(log, entry)
        elif self._differs(asked, entry, EntryKind.MEMO, key, _of_memo(key)):
            return
        log.nodes += 1
        if value and not entry.satisfied:
            # Before the answer, which carries it; its completion follows below.
            log.satisfy(entry, now, value, None)
            self._logs.touch(log, entry)
        self._answer(asked, MemoFound(entry, existed))
        self._asked_for(asked, task, log, now)

    def complete_memo(self, asked: Asked, spot: Spot, key: bytes, value: bytes, now: float) -> None:
        """Keep the value of an open entry; one from an invocation whose place another has taken counts no more."""
        task = self._find(asked)
        if task is None:
            return
        log = self._logs.of(task)
        entry = log.entries.get(spot)
        if entry is None or entry.kind is not EntryKind.MEMO or (key and key != entry.key):
            self._fail(asked, f"there is no such memo in the log of task {task.id}: node {spot.node}:{spot.branch}")
            return
        log.begin(task.invocations)
        taken_over = asked.invocation != task.invocations and spot.node <= log.nodes
        if not entry.satisfied and not taken_over:
            self._logs.satisfy(log, entry, now, value)

    # -- children ---------------------------------------------------------------------------------------------------

    def trigger_runs(self, asked: Asked, triggers: Sequence[Trigger], now: float) -> None:
        """Start children, all or none; those that the log has already are found there."""
        found = self._enter(asked)
        if found is None:
            return
        task, log = found
        if not triggers:
            self._fail(asked, "no runs to start: give at least one in trigger_opts")
            return
        plan = self._plan(asked, task, log, triggers, now)
        if plan is None:
            return
        wanted = [trigger for _, trigger in plan.new]
        try:
            started = self._triggering.start(wanted, now) if wanted else []
        except Refused as refusal:
            self._fail(asked, refusal.message)
            return
        for (entry, _), run in zip(plan.new, started, strict=True):
            entry.child_id = run.existing if isinstance(run, Collision) else run
            log.add(entry)
        log.nodes = plan.nodes
        entries = sorted(plan.entries, key=lambda entry: entry.spot.node)
        self._answer(asked, ChildrenStarted(tuple(entries)))
        for (entry, _), run in zip(plan.new, started, strict=True):
            if isinstance(run, Collision):
                error = (
                    f"idempotency key collision: run {run.existing} holds the key of this child, which was not started"
                )
                self._logs.satisfy(log, entry, now, error=error)
        for entry in entries:
            self._logs.begin(log, entry, now)
        self._asked_for(asked, task, log, now)

    def _plan(
        self, asked: Asked, task: TaskRun, log: EventLog, triggers: Sequence[Trigger], now: float
    ) -> _Plan | None:
        """What the children are in the log; None when the task asked for other ones the last time."""
        nodes = log.nodes
        entries: list[LogEntry] = []
        new: list[tuple[LogEntry, Trigger]] = []
        planned: dict[str, LogEntry] = {}

        def received(closely: bool) -> str:
            return calls.describe_runs(triggers, closely=closely)

        for trigger in triggers:
            child_key = _child_key(trigger)
            known = None if child_key is None else log.children.get(child_key) or planned.get(child_key)
            if known is None:
                nodes += 1
                known = log.entries.get(log.spot(nodes))
                strict = True
            else:
                # By its place among the children it must be the same; a key is there to name one whatever its input.
                nodes = max(nodes, known.spot.node)
                strict = trigger.child_key is None
            key = calls.key_of_run(trigger)
            if known is None:
                known = LogEntry(
                    task.id, log.spot(nodes), EntryKind.RUN, key, now, workflow=trigger.workflow, child_key=child_key
                )
                new.append((known, trigger._replace(parent_task_id=task.id, recorded=True)))
                if child_key is not None:
                    planned[child_key] = known
            elif strict and self._differs(asked, known, EntryKind.RUN, key, received):
                return None
            entries.append(known)
        return _Plan(entries, new, nodes)

    # -- waits ------------------------------------------------------------------------------------------------------

    def wait_for(
        self, asked: Asked, waits: tuple[Wait, ...], since: Mapping[int, float], label: str | None, now: float
    ) -> None:
        """Wait for sleeps and events; for some events, by the position of their conditions, also for earlier ones."""
        found = self._enter(asked)
        if found is None:
            return
        task, log = found
        if not waits:
            self._fail(asked, "a wait without conditions would never end; give it a sleep or an event")
            return
        key = calls.key_of_wait(waits)
        spot = log.spot(log.nodes + 1)
        entry = log.entries.get(spot)
        if entry is None:
            entry = LogEntry(
                task.id, spot, EntryKind.WAIT_FOR, key, now, label=label or None, waits=waits, match=Match(now)
            )
            log.add(entry)
            self._logs.touch(log, entry)
            self._logs.look_back(entry, dict(since))
        elif self._differs(
            asked, entry, EntryKind.WAIT_FOR, key, lambda closely: calls.describe_waits(waits, closely=closely)
        ):
            return
        log.nodes += 1
        self._answer(asked, WaitBegun(entry))
        self._logs.begin(log, entry, now)
        self._asked_for(asked, task, log, now)

    # -- workers ----------------------------------------------------------------------------------------------------

    def evict(self, asked: Asked, reason: str, now: float) -> None:
        """Let a waiting task go; it comes back at once if it may have missed something."""
        task = self._find(asked)
        if task is None:
            return
        self._answer(asked, InvocationEvicted())
        if task.status is not Status.RUNNING or task.is_evicted or asked.invocation != task.invocations:
            return
        log = self._logs.of(task)
        log.begin(task.invocations)
        self._eviction.evict(task, reason or LET_GO, now)
        if log.may_be_missed(asked.stream, now - self._core.settings.completion_seen_after):
            self._eviction.restore(task, MISSED, now)
        self._logs.of(task)  # no worker is at it any more

    def worker_status(
        self, stream: int, awaited: Sequence[Awaited], received: Mapping[tuple[str, int], int], now: float
    ) -> None:
        """A worker says what it waits for: tell it again what is there, and what is over."""
        over: set[tuple[str, int]] = set()
        waiting: dict[tuple[str, int], list[LogEntry]] = {}
        for task_id, invocation, spot in awaited:
            asked = Asked(stream, task_id, invocation)
            task = self._core.find_task(task_id)
            reason = _over(task, task_id, invocation, "stale invocation")
            if reason is not None or task is None:
                if (task_id, invocation) not in over:
                    over.add((task_id, invocation))
                    self._answer(asked, InvocationOver(reason or ""))
                continue
            log = self._logs.of(task)
            log.begin(task.invocations)
            log.reported(received.get((task_id, invocation), 0))
            log.bind(stream)
            known = log.told
            self._logs.tell(task, log, now)
            entry = log.entries.get(spot)
            if entry is None or not entry.position:
                continue
            if entry.position <= known:
                log.sent_at = now
                waiting.setdefault((task_id, invocation), []).append(entry)
            elif (
                entry.position > log.released
                and now - max(log.asked_at, entry.satisfied_at or now) > self._core.settings.completion_held_for
            ):
                self._answer(asked, _held_too_long(asked, log, entry))
        for (task_id, invocation), entries in waiting.items():
            for entry in sorted(entries, key=lambda each: each.position):
                self._answer(Asked(stream, task_id, invocation), entry)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _find(self, asked: Asked) -> TaskRun | None:
        task = self._core.find_task(asked.task_id)
        if task is None:
            self._fail(asked, f"task run not found: {asked.task_id}")
        elif not task.definition.durable:
            self._fail(asked, f"task {task.definition.name} is not durable; register it with is_durable")
        else:
            return task
        return None

    def _enter(self, asked: Asked) -> tuple[TaskRun, EventLog] | None:
        task = self._find(asked)
        if task is None:
            return None
        reason = _over(task, task.id, asked.invocation, f"invocation count mismatch for task {task.id}")
        if reason is not None:
            self._answer(asked, InvocationOver(reason))
            return None
        log = self._logs.of(task)
        log.begin(task.invocations)
        log.bind(asked.stream)
        return task, log

    def _asked_for(self, asked: Asked, task: TaskRun, log: EventLog, now: float) -> None:
        """A call was served: completions may have waited for it."""
        log.asked_at = now
        self._logs.touch(log)
        self._logs.tell(task, log, now)

    def _differs(
        self, asked: Asked, entry: LogEntry, kind: EntryKind, key: bytes, received: Callable[[bool], str]
    ) -> bool:
        """Whether a call is another one than the last time, which is told with both of them."""
        if entry.kind is kind and entry.key == key:
            return False
        child = self._core.look_at_runs([entry.child_id]) if entry.child_id is not None else []
        sides = ("", "")
        for closely in (False, True):
            sides = (calls.describe(entry, child[0].input if child else None, closely=closely), received(closely))
            if sides[0] != sides[1]:
                break
        self._answer(asked, _nondeterminism(asked, entry.spot, *sides))
        return True

    def _fail(self, asked: Asked, message: str) -> None:
        self._answer(asked, RequestFailed(message))

    def _answer(self, asked: Asked, reply: Reply) -> None:
        self._core.outputs.append(Answer(asked, reply))


class _Plan(NamedTuple):
    entries: list[LogEntry]
    new: list[tuple[LogEntry, Trigger]]
    nodes: int


def _held_too_long(asked: Asked, log: EventLog, entry: LogEntry) -> RequestFailed:
    """An entry has its result, and another that had its own before is not asked for any more."""
    first = log.sequence[log.released]
    return _nondeterminism(
        asked,
        entry.spot,
        f"{calls.describe(first, None)} at node {first.spot.node}, whose result came before",
        f"nothing more after {calls.describe(entry, None)}",
    )


def _nondeterminism(asked: Asked, spot: Spot, expected: str, received: str) -> RequestFailed:
    place = f"node {spot.node}:{spot.branch}"
    text = f"non-determinism error in task {asked.task_id} at {place}\n  expected: {expected}\n  received: {received}"
    return RequestFailed(text, spot)


def _child_key(trigger: Trigger) -> str | None:
    return None if trigger.child_index is None else trigger.child_key or str(trigger.child_index)


def _of_memo(key: bytes) -> Callable[[bool], str]:
    return lambda closely: calls.describe_memo(key, closely=closely)


def _over(task: TaskRun | None, task_id: str, invocation: int, stale: str) -> str | None:
    """Why an invocation is not the one that the engine knows to be running; None when it is."""
    if task is None:
        return f"task run not found: {task_id}"
    if invocation != task.invocations:
        return f"{stale}: server has {task.invocations}, worker sent {invocation}"
    if task.is_evicted:
        return f"task {task_id} has been evicted"
    if task.status is not Status.RUNNING:
        return f"task {task_id} is not running on a worker; it is {task.reported.value}"
    return None

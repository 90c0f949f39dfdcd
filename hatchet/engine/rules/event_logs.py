"""The event logs of durable tasks: kept ready while a task is on a worker, and what they wait for as long as it waits.

Pure.
"""

from __future__ import annotations

import json

from hatchet.engine.rules import expressions, matches
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.eviction import Eviction
from hatchet.engine.rules.matches import EventInterest
from hatchet.engine.state import jsontext
from hatchet.engine.state.changes import Answer, Asked
from hatchet.engine.state.conditions import Match, Wait
from hatchet.engine.state.durable import EntryKind, EventLog, LogEntry, Spot
from hatchet.engine.state.model import Run, Status, TaskRun
from hatchet.engine.state.timers import TimerKind

Place = tuple[str, Spot]
"""A task, and a spot in its log."""

CANCELLED = "task was cancelled"
SATISFIED = "callback satisfied while task evicted"


class EventLogs:
    """All logs that are in memory, and everything that any log waits for."""

    def __init__(self, core: Core, eviction: Eviction) -> None:
        self._core = core
        self._eviction = eviction
        self._logs: dict[str, EventLog] = {}
        self._open: dict[str, dict[Spot, LogEntry]] = {}
        """By task what is waited for, whether or not the log itself is in memory."""
        self._interest = EventInterest[Place]()
        self._children: dict[str, LogEntry] = {}
        """By its run the entry that waits for a child."""
        self._idle: set[str] = set()
        self.streams: dict[str, int] = {}
        """By worker its stream of durable tasks."""

    def of(self, task: TaskRun) -> EventLog:
        """The log of a task; an empty one for a task that has asked for nothing yet."""
        log = self._logs.get(task.id)
        if log is None:
            log = self._core.archive.event_log(task.id) or EventLog(task.id)
            # What is waited for is in memory already, and must not be there twice.
            log.entries.update(self._open.get(task.id, {}))
            log.follow_path()
            log.release()
            self._logs[task.id] = log
        if task.is_evicted or task.status.final:
            self._idle.add(task.id)
        return log

    def resume(self, entry: LogEntry) -> None:
        """Wait for what a stored entry waits for."""
        self._watch(entry)

    def trim(self) -> None:
        """Let the logs go that no worker is at; call it when everything is stored."""
        for task_id in self._idle:
            task = self._core.tasks.get(task_id)
            if task is None or task.is_evicted or task.status.final:
                self._logs.pop(task_id, None)
        self._idle.clear()

    def touch(self, log: EventLog, *entries: LogEntry) -> None:
        """Mark a log, and entries of it, as changed."""
        self._core.changes.event_logs[log.task_id] = log
        for entry in entries:
            self._core.changes.log_entries[log.task_id, entry.spot] = entry

    # -- what is waited for -----------------------------------------------------------------------------------------

    def begin(self, log: EventLog, entry: LogEntry, now: float) -> None:
        """Wait for what an entry waits for, unless it is there already."""
        if entry.satisfied or entry.spot in self._open.get(entry.task_id, ()):
            return
        self.touch(log, entry)
        if entry.kind is EntryKind.RUN:
            run = self._core.find_run(entry.child_id) if entry.child_id is not None else None
            if run is None:
                self.satisfy(log, entry, now, error=f"the child run {entry.child_id} has been deleted")
                return
            if run.finished_at is not None:
                self._child_ended(log, entry, run, now)
                return
        elif entry.kind is EntryKind.WAIT_FOR and entry.match is not None:
            matches.wake(entry.match, entry.waits, now)
            if self._met(log, entry, entry.match, now):
                return
        self._watch(entry)

    def look_back(self, entry: LogEntry, since: dict[int, float]) -> None:
        """Take note of the newest events that satisfy conditions, by position, since a moment."""
        assert entry.match is not None
        for place, moment in since.items():
            wait = entry.waits[place]
            if place in entry.match.facts or wait.event_key is None:
                continue
            payload = self._newest(wait, wait.event_key, moment)
            if payload is not None:
                entry.match.facts[place] = payload

    def slept(self, key: str, now: float) -> None:
        """A sleep is over."""
        task_id, branch, node = key.split("/")
        entry = self._open.get(task_id, {}).get(Spot(int(branch), int(node)))
        if entry is None or entry.match is None:
            return
        matches.wake(entry.match, entry.waits, now)
        self._moved_on(entry, entry.match, now)

    def event(self, key: str, scope: str | None, payload: str, now: float) -> None:
        """An event came that entries may wait for."""

        def holds(wait: Wait) -> bool:
            return expressions.condition_holds(wait.expression, input=payload)

        for task_id, spot in self._interest.waiting(key):
            entry = self._open[task_id][spot]
            assert entry.match is not None
            if matches.hear(entry.match, entry.waits, key, scope, payload, holds):
                self._moved_on(entry, entry.match, now)

    def run_ended(self, run: Run, now: float) -> None:
        """A run has ended that may be somebody's child."""
        entry = self._children.get(run.id)
        if entry is not None and (log := self._log_of(entry)) is not None:
            self._child_ended(log, entry, run, now)

    def task_ended(self, task: TaskRun) -> None:
        """A durable task has ended: what it still waits for stays in its log, and nobody waits for it."""
        for entry in list(self._open.get(task.id, {}).values()):
            self._forget(entry)
        self._idle.add(task.id)

    def task_back(self, task: TaskRun, now: float) -> None:
        """A durable task that had ended starts again: it waits as if it had never ceased to."""
        log = self.of(task)
        for entry in list(log.entries.values()):
            if entry.match is not None and not entry.satisfied:
                self.look_back(entry, dict.fromkeys(range(len(entry.waits)), entry.match.since))
            if entry.kind is not EntryKind.MEMO:
                self.begin(log, entry, now)

    # -- what came of it --------------------------------------------------------------------------------------------

    def satisfy(
        self, log: EventLog, entry: LogEntry, now: float, result: bytes = b"", error: str | None = None
    ) -> None:
        """An entry has its result: its worker is told in its turn, and a task that was evicted goes on."""
        self._forget(entry)
        log.satisfy(entry, now, result, error)
        self.touch(log, entry)
        task = self._core.tasks.get(log.task_id)
        if task is None or not log.holds(entry):
            return
        if task.is_evicted:
            self._eviction.restore(task, SATISFIED, now)
        self.tell(task, log, now)

    def tell(self, task: TaskRun, log: EventLog, now: float) -> None:
        """Tell the worker that has a task of the completions whose turn has come."""
        if task.status is not Status.RUNNING or task.is_evicted or log.invocation != task.invocations:
            return
        log.release()
        if not log.stream:
            log.bind(self.streams.get(task.worker_id or "", 0))
        if not log.stream:
            return  # it asks when it is back
        asked = Asked(log.stream, task.id, log.invocation)
        for entry in log.tell():
            log.sent_at = now
            self._core.outputs.append(Answer(asked, entry))

    def belongs(self, stream: int, worker_id: str, now: float) -> None:
        """A worker has a new stream: what it may not have got on the former one is told there."""
        self.streams[worker_id] = stream
        worker = self._core.scheduler.workers.get(worker_id)
        for task in worker.tasks.values() if worker is not None else ():
            log = self._logs.get(task.id)
            if log is not None:
                log.bind(stream)
                self.tell(task, log, now)

    def ended(self, stream: int, worker_id: str | None) -> None:
        """A stream has ended: nothing is told on it any more, unless the worker has another."""
        if worker_id is not None and self.streams.get(worker_id) == stream:
            del self.streams[worker_id]

    # -- inside -----------------------------------------------------------------------------------------------------

    def _log_of(self, entry: LogEntry) -> EventLog | None:
        task = self._core.tasks.get(entry.task_id)
        return None if task is None else self.of(task)

    def _watch(self, entry: LogEntry) -> None:
        self._open.setdefault(entry.task_id, {})[entry.spot] = entry
        if entry.kind is EntryKind.RUN and entry.child_id is not None:
            self._children[entry.child_id] = entry
        elif entry.match is not None:
            self._interest.follow((entry.task_id, entry.spot), entry.waits)
            self._book(entry, entry.match)

    def _forget(self, entry: LogEntry) -> None:
        others = self._open.get(entry.task_id)
        if others is None or others.pop(entry.spot, None) is None:
            return
        if not others:
            del self._open[entry.task_id]
        if entry.kind is EntryKind.RUN and entry.child_id is not None:
            self._children.pop(entry.child_id, None)
        elif entry.match is not None:
            self._interest.forget((entry.task_id, entry.spot), entry.waits)
            self._core.timers.clear(TimerKind.DURABLE, _key(entry))

    def _book(self, entry: LogEntry, match: Match) -> None:
        due = matches.next_sleep(match, entry.waits)
        if due is not None:
            self._core.timers.set(TimerKind.DURABLE, _key(entry), due)

    def _moved_on(self, entry: LogEntry, match: Match, now: float) -> None:
        log = self._log_of(entry)
        if log is None:
            return
        self.touch(log, entry)
        if not self._met(log, entry, match, now):
            self._book(entry, match)

    def _met(self, log: EventLog, entry: LogEntry, match: Match, now: float) -> bool:
        if matches.verdict(match, entry.waits) is None:
            return False
        match.fired = True
        found: dict[str, list[str]] = {}
        for place in sorted(match.facts):
            found.setdefault(entry.waits[place].data_key, []).append(match.facts[place])
        data = ",".join(f"{jsontext.dump(key)}:[{','.join(texts)}]" for key, texts in found.items())
        self.satisfy(log, entry, now, f'{{"CREATE":{{{data}}}}}'.encode())
        return True

    def _newest(self, wait: Wait, key: str, since: float) -> str | None:
        """The payload of the newest event that satisfies a condition."""
        for event in reversed(self._core.changes.pushed):
            if event.key == key and event.seen_at >= since and _suits(wait, event.scope, event.payload):
                return event.payload
        for payload, scope in self._core.archive.events(key, since):
            if _suits(wait, scope, payload):
                return payload
        return None

    def _child_ended(self, log: EventLog, entry: LogEntry, run: Run, now: float) -> None:
        if run.status is Status.COMPLETED:
            self.satisfy(log, entry, now, _output(run))
            return
        failed = [task.error or "" for task in run.tasks.values() if task.status is Status.FAILED]
        self.satisfy(log, entry, now, error=failed[0] if failed else CANCELLED)


def _suits(wait: Wait, scope: str | None, payload: str) -> bool:
    if wait.scope is not None and wait.scope != scope:
        return False
    return not wait.expression or expressions.condition_holds(wait.expression, input=payload)


def _output(run: Run) -> bytes:
    """What a child came to: the output of its only task, or those of its tasks by name."""
    if not run.is_dag:
        return (next(iter(run.tasks.values())).output or "").encode()
    outputs = {name: json.loads(task.output) for name, task in run.tasks.items() if task.output}
    return jsontext.dump(outputs).encode()


def _key(entry: LogEntry) -> str:
    return f"{entry.task_id}/{entry.spot.branch}/{entry.spot.node}"

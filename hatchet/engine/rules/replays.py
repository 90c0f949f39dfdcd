"""Running again what has ended, at the wish of a user. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from hatchet.engine.rules.core import Core
from hatchet.engine.rules.dag import descendants
from hatchet.engine.rules.lifecycle import Lifecycle
from hatchet.engine.rules.scheduler import RETRY_PRIORITY
from hatchet.engine.rules.waiting import Waiting
from hatchet.engine.state.changes import TaskEventType
from hatchet.engine.state.model import Run, Status, TaskRun


class Replays:
    """Brings ended tasks back to their beginning, with everything that depends on them."""

    def __init__(self, core: Core, lifecycle: Lifecycle, waiting: Waiting) -> None:
        self._core = core
        self._lifecycle = lifecycle
        self._waiting = waiting

    def start(self, found: Iterable[Run | TaskRun | None], now: float) -> list[str]:
        """Run again what ids stand for, as far as it has ended; returns the ids of the tasks replayed."""
        tasks: list[TaskRun] = []
        for each in found:
            if each is not None:
                tasks.extend(each.tasks.values() if isinstance(each, Run) else [each])
        by_run: dict[str, tuple[Run, set[str]]] = {}
        for task in tasks:
            if task.status.final:
                by_run.setdefault(task.run.id, (task.run, set()))[1].add(task.definition.name)
        return [task_id for run, names in by_run.values() for task_id in self._replay(run, names, now)]

    def _replay(self, run: Run, names: set[str], now: float) -> list[str]:
        core = self._core
        definition = run.version.definition
        again = descendants(names, definition.dependents)
        tasks = [task for name, task in run.tasks.items() if name in again]
        if any(task.status in (Status.QUEUED, Status.RUNNING) for task in tasks):
            return []
        if run.finished_at is not None:
            core.unpark(run)
            core.changes.finished_runs -= 1
            run.finished_at = None
        replayed = [task for task in tasks if task.status is not Status.PENDING]
        for task in tasks:
            # One that still waits for its parents, an event or a sleep has made no attempt yet.
            self._waiting.end(task)
            core.touch(task)
        for task in replayed:
            task.next_attempt()
            task.own_retries = task.internal_retries = 0
            task.output = task.error = task.finished_at = None
            task.never_scheduled = False
            task.priority = RETRY_PRIORITY
            task.worker_id = None
            task.status = Status.PENDING
            core.note(task, TaskEventType.RETRIED_BY_USER, now)
        run.unfinished = sum(not task.status.final for task in run.tasks.values())
        failed: list[tuple[TaskRun, Status]] = []
        for task in tasks:
            conditions = definition.conditions.get(task.definition.name, ())
            if any(condition.source in again for condition in conditions):
                task.match = None
            elif task.definition.waits and (task.match is None or not task.match.fired):
                self._waiting.begin(task, now)
                self._lifecycle.follow(task)
            else:
                self._lifecycle.begin(task, now, failed)
        core.touch_run(run)
        self._lifecycle.finish(failed, now)
        return [task.id for task in replayed]

"""Running again what has ended, at the wish of a user. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from hatchet.engine.rules.core import Core
from hatchet.engine.rules.dag import descendants
from hatchet.engine.rules.endings import Endings
from hatchet.engine.rules.lifecycle import Lifecycle
from hatchet.engine.rules.scheduler import RETRY_PRIORITY
from hatchet.engine.rules.waiting import Waiting
from hatchet.engine.state.changes import TaskEventType
from hatchet.engine.state.model import Run, Status, TaskRun

ACTIVE = (Status.QUEUED, Status.RUNNING)


class Replays:
    """Brings ended tasks back to their beginning, with everything that depends on them."""

    def __init__(self, core: Core, lifecycle: Lifecycle, waiting: Waiting) -> None:
        self._core = core
        self._lifecycle = lifecycle
        self._waiting = waiting

    def start(self, found: Iterable[Run | TaskRun | None], now: float) -> list[str]:
        """Run again what ids stand for, task by task, as far as it has ended; returns the ids of the tasks replayed."""
        by_run: dict[str, tuple[Run, set[str]]] = {}
        for each in found:
            if each is not None:
                run, names = (each, set(each.tasks)) if isinstance(each, Run) else (each.run, {each.definition.name})
                by_run.setdefault(run.id, (run, set()))[1].update(names)
        return [task_id for run, names in by_run.values() for task_id in self._replay(run, names, now)]

    def restart(self, task: TaskRun, now: float) -> None:
        """Run a task again although it may not have ended; one that is queued is about to begin anyway."""
        if task.status.final:
            self.start([task], now)
        elif task.status is Status.RUNNING:
            self._lifecycle.start_over(task, now)

    def _replay(self, run: Run, names: set[str], now: float) -> list[str]:
        core = self._core
        definition = run.version.definition
        again = descendants(names, definition.dependents)
        tasks = [task for name, task in run.tasks.items() if name in again and task.status not in ACTIVE]
        replayed = [task for task in tasks if task.status.final]
        # As on the real engine: while some task has never had its turn, the run is in its first round.
        if not replayed or not all(task.is_created or task.match is not None for task in run.tasks.values()):
            return []
        if run.finished_at is not None:
            core.unpark(run)
            core.changes.finished_runs -= 1
            run.finished_at = None
        for task in tasks:
            # One that still waits for its parents, an event or a sleep has made no attempt yet.
            self._waiting.end(task)
            core.touch(task)
        for task in replayed:
            core.note(task, TaskEventType.RETRIED_BY_USER, now)  # of the attempt that is given up
            task.next_attempt()
            task.own_retries = task.internal_retries = 0
            task.output = task.error = task.finished_at = None
            task.never_scheduled = False
            task.priority = RETRY_PRIORITY
            task.worker_id = None
            task.status = Status.PENDING
            if task.definition.durable and self._lifecycle.durable is not None:
                self._lifecycle.durable.task_back(task, now)
        run.unfinished = sum(not task.status.final for task in run.tasks.values())
        failed = Endings()
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

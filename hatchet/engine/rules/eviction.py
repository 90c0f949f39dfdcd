"""Durable tasks that wait without a worker, and how they get one again. Pure."""

from __future__ import annotations

from hatchet.engine.rules.core import Core
from hatchet.engine.rules.lifecycle import Lifecycle
from hatchet.engine.rules.places import Places
from hatchet.engine.state.changes import TaskEventType
from hatchet.engine.state.model import Status, TaskRun
from hatchet.engine.state.timers import TimerKind


class Eviction:
    """Takes tasks off their workers and queues them again."""

    def __init__(self, core: Core, places: Places, lifecycle: Lifecycle) -> None:
        self._core = core
        self._places = places
        self._lifecycle = lifecycle

    def evict(self, task: TaskRun, reason: str, now: float) -> None:
        """Free the slots of a waiting task; what it holds of concurrency limits stays its own, and no time runs out."""
        core = self._core
        core.note(task, TaskEventType.DURABLE_EVICTED, now, reason, worker_id=task.worker_id)
        if task.holds_slots:
            self._places.free(task)
        task.evicted_at = now
        task.worker_id = None
        task.timeout_at = None
        core.timers.clear(TimerKind.EXECUTION, task.id)
        core.touch(task)
        self._lifecycle.follow(task)

    def restore(self, task: TaskRun, reason: str, now: float) -> None:
        """Queue an evicted task, before all others, so that it goes on from its log; nothing for any other task."""
        if not task.is_evicted:
            return
        core = self._core
        core.note(task, TaskEventType.DURABLE_RESTORING, now, f"Restoring evicted task: {reason}")
        task.status = Status.QUEUED
        self._lifecycle.line_up(task, now, again=True)

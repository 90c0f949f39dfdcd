"""Paused workflows: their runs are created and wait aside, what runs goes on. Pure."""

from __future__ import annotations

from collections.abc import Callable

from hatchet._dataclasses import dataclass
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.lifecycle import Lifecycle
from hatchet.engine.rules.places import Places
from hatchet.engine.rules.shelf import Shelf
from hatchet.engine.state import durations
from hatchet.engine.state.definitions import Workflow, WorkflowVersion
from hatchet.engine.state.model import Status, TaskRun
from hatchet.engine.state.timers import TimerKind

BEHAVIORS = ("DROP", "QUEUE")
EXPIRED = "paused workflow queue item TTL expired."


@dataclass(frozen=True, slots=True)
class Pause:
    """How a workflow is paused; its id is the workflow's."""

    id: str
    crons: str
    schedules: str
    ttl: str | None
    since: float


class Pausing:
    """Which workflows are paused, and which of their tasks wait for the end of that."""

    def __init__(self, core: Core, places: Places, lifecycle: Lifecycle) -> None:
        self._core = core
        self._places = places
        self._lifecycle = lifecycle
        self.shelf: Shelf[Pause] = Shelf(core, "pause", Pause)
        self.ended: list[Callable[[str], None]] = []
        """Who wants to know that a workflow goes on."""

    def pause(self, workflow: Workflow, crons: str, schedules: str, ttl: str | None, now: float) -> None:
        """Hand out no more tasks of a workflow; those that are queued wait aside."""
        known = self.shelf.get(workflow.id)
        self.shelf.put(Pause(workflow.id, crons, schedules, ttl, known.since if known is not None else now))
        self.resume()
        for task in self._queued(workflow.id):
            self._places.put(task, now)

    def unpause(self, workflow: Workflow, now: float) -> None:
        """Let a workflow go on: what waited aside is queued again, with a schedule timeout of its own."""
        if self.shelf.remove(workflow.id) is None:
            return
        self.resume()
        for task in self._queued(workflow.id):
            self._core.timers.clear(TimerKind.PAUSED, task.id)
            task.schedule_deadline = now + durations.tolerant(task.definition.schedule_timeout)
            self._core.touch(task)
            self._places.put(task, now)
        for tell in self.ended:
            tell(workflow.id)

    def resume(self) -> None:
        """Tell what is paused where tasks get their places."""
        self._places.paused = {
            each.id: None if each.ttl is None else durations.tolerant(each.ttl) for each in self.shelf
        }

    def expired(self, task: TaskRun, now: float) -> None:
        """A task has waited aside for longer than its workflow allows."""
        if task.status is Status.QUEUED and task.run.version.workflow_id in self._places.paused:
            self._lifecycle.cancel([task], now, EXPIRED)

    def drops_crons(self, workflow_id: str) -> bool:
        """Whether ticks of a workflow are lost at the moment."""
        pause = self.shelf.get(workflow_id)
        return pause is not None and pause.crons == "DROP"

    def holds_schedules(self, workflow_id: str) -> bool:
        """Whether scheduled runs of a workflow wait for its end of pause."""
        pause = self.shelf.get(workflow_id)
        return pause is not None and pause.schedules == "DROP"

    def registered(self, version: WorkflowVersion, now: float) -> None:
        """Nothing changes for a workflow with its next version."""

    def workflow_deleted(self, workflow: Workflow) -> None:
        """A workflow is gone; nothing of it waits any more."""
        if self.shelf.remove(workflow.id) is not None:
            self.resume()

    def _queued(self, workflow_id: str) -> list[TaskRun]:
        return [
            task
            for task in self._core.tasks.values()
            if task.status is Status.QUEUED and task.retry_at is None and task.run.version.workflow_id == workflow_id
        ]

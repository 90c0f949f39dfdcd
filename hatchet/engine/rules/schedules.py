"""Runs that are wanted at a time: each fires once and is then forgotten. Pure."""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace

from hatchet._dataclasses import dataclass
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.pausing import Pausing
from hatchet.engine.rules.shelf import Shelf
from hatchet.engine.rules.triggering import Trigger, Triggering
from hatchet.engine.state.definitions import Workflow, WorkflowVersion
from hatchet.engine.state.errors import Refused, invalid
from hatchet.engine.state.timers import TimerKind

logger: logging.Logger = logging.getLogger(__name__)

LATEST = 253_402_300_799.0
"""The last second that a date-time on the wire can name."""

DEFAULT_PRIORITY = 1
"""Of a scheduled run whose request names none; the default of its workflow does not apply, by the protocol."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A wish to run a workflow at a time."""

    id: str
    workflow_id: str
    trigger_at: float
    input: str
    metadata: str
    priority: int
    created_at: float
    updated_at: float


class Schedules:
    """All runs that are still to come."""

    def __init__(self, core: Core, triggering: Triggering, pausing: Pausing) -> None:
        self._core = core
        self._triggering = triggering
        self._pausing = pausing
        self.shelf: Shelf[Schedule] = Shelf(core, "schedule", Schedule)

    def resume(self) -> None:
        """Book everything stored; what is overdue fires at once."""
        for schedule in self.shelf:
            self._book(schedule)

    def create(
        self,
        workflow: Workflow,
        trigger_at: float,
        input: str,
        metadata: str,
        priority: int | None,
        now: float,
    ) -> Schedule:
        """Want a run at a time; one that has passed fires at once."""
        _check_time(trigger_at)
        schedule = self.shelf.put(
            Schedule(
                id=str(uuid.uuid4()),
                workflow_id=workflow.id,
                trigger_at=trigger_at,
                input=input,
                metadata=metadata,
                priority=priority if priority is not None else DEFAULT_PRIORITY,
                created_at=now,
                updated_at=now,
            )
        )
        self._book(schedule)
        return schedule

    def move(self, schedule: Schedule, trigger_at: float, now: float) -> Schedule:
        """Want a run at another time."""
        _check_time(trigger_at)
        changed = self.shelf.put(replace(schedule, trigger_at=trigger_at, updated_at=now))
        self._book(changed)
        return changed

    def delete(self, schedule: Schedule) -> None:
        """Want a run no longer."""
        self.shelf.remove(schedule.id)
        self._core.timers.clear(TimerKind.CLOCK, schedule.id)

    def run(self, schedule: Schedule, now: float) -> str:
        """Start the run now, in place of its time; returns its id."""
        trigger = Trigger(
            workflow=self._core.workflow_ids[schedule.workflow_id].name,
            input=schedule.input,
            metadata=schedule.metadata,
            priority=schedule.priority,
        )
        [run_id] = self._triggering.trigger([trigger], now)
        self.delete(schedule)
        return run_id

    def due(self, schedule_id: str, now: float) -> None:
        """The time of a run has come; a paused workflow that does not queue its schedules keeps them until later."""
        schedule = self.shelf.get(schedule_id)
        if schedule is None or self._pausing.holds_schedules(schedule.workflow_id):
            return
        try:
            self.run(schedule, now)
        except Refused as refusal:
            logger.warning("scheduled run %s cannot start and is dropped: %s", schedule_id, refusal.message)
            self.delete(schedule)

    def unpaused(self, workflow_id: str) -> None:
        """Runs whose time came while their workflow was paused start now."""
        for schedule in self.shelf:
            if schedule.workflow_id == workflow_id:
                self._book(schedule)

    def registered(self, version: WorkflowVersion, now: float) -> None:
        """Nothing changes for a workflow with its next version."""

    def workflow_deleted(self, workflow: Workflow) -> None:
        """A workflow is gone, and its schedules with it."""
        for schedule in self.shelf:
            if schedule.workflow_id == workflow.id:
                self.delete(schedule)

    def _book(self, schedule: Schedule) -> None:
        self._core.timers.set(TimerKind.CLOCK, schedule.id, schedule.trigger_at)


def _check_time(trigger_at: float) -> None:
    if not 0 <= trigger_at <= LATEST:
        raise invalid("Invalid request: the time of a scheduled run must be between the years 1970 and 9999")

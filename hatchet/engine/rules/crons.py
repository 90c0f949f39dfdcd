"""Cron triggers: those that come with a workflow's registration and those that users add. Pure."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone

from hatchet._dataclasses import dataclass
from hatchet.engine.rules import crontimes
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.pausing import Pausing
from hatchet.engine.rules.shelf import Shelf
from hatchet.engine.rules.triggering import Trigger, Triggering
from hatchet.engine.state import jsontext
from hatchet.engine.state.definitions import Workflow, WorkflowVersion
from hatchet.engine.state.errors import Code, Refused, invalid
from hatchet.engine.state.timers import TimerKind

logger: logging.Logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cron:
    """When a workflow runs again and again, and with what."""

    id: str
    workflow_id: str
    name: str
    expression: str
    input: str
    metadata: str
    priority: int
    declarative: bool
    """Whether it came with a registration, whose next version replaces it."""
    enabled: bool
    created_at: float
    updated_at: float


class Crons:
    """All cron triggers and their next times; ticks that passed while the engine was away are not made up."""

    def __init__(self, core: Core, triggering: Triggering, pausing: Pausing) -> None:
        self._core = core
        self._triggering = triggering
        self._pausing = pausing
        self.shelf: Shelf[Cron] = Shelf(core, "cron", Cron)
        self._next: dict[str, float] = {}

    def resume(self, now: float) -> None:
        """Book the next times of everything stored."""
        for cron in self.shelf:
            self._book(cron, now)

    def owe(self, cron_id: str, at: float, now: float) -> None:
        """A tick that has passed, and of which nothing is stored, is due at once."""
        cron = self.shelf.get(cron_id)
        if cron is not None and cron.enabled and at <= now:
            self._next[cron_id] = at
            self._core.timers.set(TimerKind.CRON, cron_id, at)

    def next_times(self) -> dict[str, float]:
        """When each cron is due next."""
        return dict(self._next)

    def create(
        self, workflow: Workflow, name: str, expression: str, input: str, metadata: str, priority: int, now: float
    ) -> Cron:
        """A cron trigger that a user adds."""
        if not name:
            raise invalid("cron name is required")
        check(expression)
        if any(each.name == name and each.expression == expression for each in self._of(workflow.id)):
            raise invalid("cron trigger with that name-expression pair already exists")
        return self._add(workflow.id, name, expression, input, metadata, priority, now, declarative=False)

    def enable(self, cron: Cron, enabled: bool, now: float) -> Cron:
        """Let a cron trigger rest, or go on."""
        changed = self.shelf.put(replace(cron, enabled=enabled, updated_at=now))
        self._book(changed, now)
        return changed

    def delete(self, cron: Cron) -> None:
        """Take a cron trigger away."""
        self.shelf.remove(cron.id)
        self._forget(cron)

    def run(self, cron: Cron, scheduled_at: float, now: float) -> str:
        """Start a run as if the cron were due at `scheduled_at`; returns its id."""
        metadata = jsontext.object_or_empty(cron.metadata)
        moment = datetime.fromtimestamp(int(scheduled_at), timezone.utc)
        metadata["hatchet__cron_expression"] = cron.expression
        metadata["hatchet__cron_scheduled_at"] = moment.isoformat().replace("+00:00", "Z")
        metadata["hatchet__cron_name"] = cron.name
        trigger = Trigger(
            workflow=self._core.workflow_ids[cron.workflow_id].name,
            input=cron.input,
            metadata=jsontext.dump(metadata),
            priority=cron.priority,
        )
        [run_id] = self._triggering.trigger([trigger], now)
        return run_id

    def due(self, cron_id: str, now: float) -> None:
        """A time has come: run the workflow unless it is paused and drops its ticks, and book the next time."""
        cron = self.shelf.get(cron_id)
        if cron is None:
            return
        if not self._pausing.drops_crons(cron.workflow_id):
            try:
                self.run(cron, self._next[cron.id], now)
            except Refused as refusal:
                logger.warning("cron %s of %s starts no run: %s", cron.expression, cron.workflow_id, refusal.message)
        self._book(cron, now)

    def registered(self, version: WorkflowVersion, now: float) -> None:
        """A new version of a workflow: its crons replace those of the version before."""
        definition = version.definition
        resting: set[str] = set()
        for known in self._of(version.workflow_id):
            if known.declarative:
                self.delete(known)
                if not known.enabled:
                    resting.add(known.expression)
        for expression in dict.fromkeys(definition.cron_triggers):
            priority = definition.default_priority or 1
            cron = self._add(
                version.workflow_id, "", expression, definition.cron_input, "{}", priority, now, declarative=True
            )
            if expression in resting:
                self.enable(cron, False, now)

    def workflow_deleted(self, workflow: Workflow) -> None:
        """A workflow is gone, and its crons with it."""
        for known in self._of(workflow.id):
            self.delete(known)

    def _of(self, workflow_id: str) -> Iterator[Cron]:
        return (each for each in self.shelf if each.workflow_id == workflow_id)

    def _add(
        self,
        workflow_id: str,
        name: str,
        expression: str,
        input: str,
        metadata: str,
        priority: int,
        now: float,
        *,
        declarative: bool,
    ) -> Cron:
        identity = str(uuid.uuid4())
        cron = self.shelf.put(
            Cron(identity, workflow_id, name, expression, input, metadata, priority, declarative, True, now, now)
        )
        self._book(cron, now)
        return cron

    def _book(self, cron: Cron, now: float) -> None:
        at = crontimes.parse(cron.expression).after(now) if cron.enabled else None
        if at is None:
            self._forget(cron)
        else:
            self._next[cron.id] = at
            self._core.timers.set(TimerKind.CRON, cron.id, at)

    def _forget(self, cron: Cron) -> None:
        self._next.pop(cron.id, None)
        self._core.timers.clear(TimerKind.CRON, cron.id)


def check(expression: str) -> None:
    """Refuse an expression that cannot be read, or is never due."""
    try:
        never = crontimes.parse(expression).after(0.0) is None
    except ValueError as error:
        raise Refused(Code.INVALID, f"Invalid cron expression: {error}") from None
    if never:
        raise invalid(f"Invalid cron expression: {expression!r} is never due")

"""What is sent to declare workflows and to start runs, frozen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from hatchet._dataclasses import dataclass

if TYPE_CHECKING:
    from hatchet.options.conditions import PlacedCondition
    from hatchet.options.specs import RunSpec, TaskSpec, WorkflowSpec


@dataclass(frozen=True)
class TaskDefinition:
    """What a task's registration needs."""

    name: str
    action_id: str
    spec: TaskSpec
    parents: tuple[str, ...] = ()
    is_durable: bool = False
    conditions: tuple[PlacedCondition, ...] = ()
    """Its conditions; event keys carry the namespace."""


@dataclass(frozen=True)
class WorkflowDefinition:
    """What a workflow's registration needs; names carry the namespace."""

    name: str
    spec: WorkflowSpec
    events: tuple[str, ...]
    tasks: tuple[TaskDefinition, ...]
    input_schema: bytes | None = None
    on_failure: TaskDefinition | None = None
    cron_input: str | None = None


@dataclass(frozen=True)
class Trigger:
    """One run to start."""

    workflow: str
    input: bytes
    options: RunSpec
    parent_run_id: str | None = None
    parent_task_run_id: str | None = None
    child_index: int | None = None
    start_at: datetime | None = None
    """When it starts; None is at once."""

"""What may be written: one TypedDict for each group of options; a key that is absent was not given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from hatchet.options.specs import TaskDefaults
from hatchet.options.values import (
    ConcurrencyExpression,
    DesiredWorkerLabel,
    Duration,
    Priority,
    RateLimit,
    StickyStrategy,
)


class AttemptOptions(TypedDict, total=False):
    """Timeouts and retries: what `TaskDefaults` can set for every task of a workflow."""

    schedule_timeout: Duration
    execution_timeout: Duration
    retries: int
    backoff_factor: float | None
    backoff_max_seconds: int | None


class TaskOptions(AttemptOptions, total=False):
    """What every task takes."""

    rate_limits: Sequence[RateLimit]
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel]
    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None


class TriggerSourceOptions(TypedDict, total=False):
    """What a workflow and a standalone task have in common."""

    description: str | None
    on_events: Sequence[str]
    on_crons: Sequence[str]
    version: str | None
    sticky: StickyStrategy | None
    default_priority: int | Priority


class WorkflowOptions(TriggerSourceOptions, total=False):
    """What `Hatchet.workflow` takes."""

    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None
    task_defaults: TaskDefaults


class StandaloneOptions(TriggerSourceOptions, TaskOptions, total=False):
    """What `Hatchet.task` and `Hatchet.durable_task` take."""


class RunOptions(TypedDict, total=False):
    """What every way to start a run takes."""

    additional_metadata: Mapping[str, object]
    priority: int | Priority | None
    child_key: str | None
    sticky: bool
    desired_worker_id: str | None
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel]

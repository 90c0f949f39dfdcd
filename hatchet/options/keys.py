"""What may be written: one TypedDict for each group of options; a key that is absent was not given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypedDict
from uuid import UUID

from hatchet.options.conditions import Condition, OrGroup
from hatchet.options.defaults import AttemptOptions, TaskDefaults
from hatchet.options.values import (
    ConcurrencyExpression,
    DefaultFilter,
    DesiredWorkerLabel,
    IdempotencyConfig,
    Priority,
    RateLimit,
    StickyStrategy,
)


class PlacementOptions(AttemptOptions, total=False):
    """What tasks of all kinds take."""

    rate_limits: Sequence[RateLimit]
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel]
    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None


class TaskOptions(PlacementOptions, total=False):
    """What a task takes that is not durable; on-failure and on-success tasks take the same."""

    slot_cost: int


class ConditionOptions(TypedDict, total=False):
    """What a task of a workflow waits for, is skipped for, or is cancelled by."""

    wait_for: Sequence[Condition | OrGroup]
    skip_if: Sequence[Condition | OrGroup]
    cancel_if: Sequence[Condition | OrGroup]


class WorkflowTaskOptions(TaskOptions, ConditionOptions, total=False):
    """What `Workflow.task` takes."""


class WorkflowDurableTaskOptions(PlacementOptions, ConditionOptions, total=False):
    """What `Workflow.durable_task` takes."""


class BatchOptions(TypedDict, total=False):
    """How runs of a task are gathered into batches, besides their size."""

    batch_max_interval: timedelta | None
    batch_group_key: str | None
    batch_group_max_runs: int | None


class BatchTaskOptions(PlacementOptions, BatchOptions, total=False):
    """What `Workflow.batch_task` takes."""


class TriggerSourceOptions(TypedDict, total=False):
    """What a workflow and a standalone task have in common."""

    description: str | None
    on_events: Sequence[str]
    on_crons: Sequence[str]
    version: str | None
    sticky: StickyStrategy | None
    default_priority: int | Priority
    default_filters: Sequence[DefaultFilter]
    default_additional_metadata: Mapping[str, object]
    idempotency: IdempotencyConfig | None


class WorkflowOptions(TriggerSourceOptions, total=False):
    """What `Hatchet.workflow` takes."""

    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None
    task_defaults: TaskDefaults


class StandaloneOptions(TriggerSourceOptions, TaskOptions, total=False):
    """What `Hatchet.task` takes."""


class DurableStandaloneOptions(TriggerSourceOptions, PlacementOptions, total=False):
    """What `Hatchet.durable_task` takes."""


class BatchStandaloneOptions(TriggerSourceOptions, BatchTaskOptions, total=False):
    """What `Hatchet.batch_task` takes."""


class CommonRunOptions(TypedDict, total=False):
    """What every way to start a run takes, as keywords and as `TriggerWorkflowOptions`."""

    additional_metadata: Mapping[str, object] | None
    priority: int | Priority | None
    child_key: str | None
    sticky: bool
    desired_worker_id: str | UUID | None
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel] | None


class TriggerWorkflowOptions(CommonRunOptions, total=False):
    """Options of a run as one value, for `options=`; a keyword next to it wins."""

    parent_id: str | UUID | None
    parent_step_run_id: str | UUID | None
    child_index: int | None
    namespace: str | None
    desired_worker_label: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel] | None
    key: str | None


class RunOptions(CommonRunOptions, total=False):
    """What `run` and its kin take."""

    options: TriggerWorkflowOptions | None


class BulkItemOptions(RunOptions, total=False):
    """What `create_bulk_run_item` takes."""

    key: str | None


class ScheduleTriggerWorkflowOptions(TypedDict, total=False):
    """Options of a scheduled run as one value, for `options=`; a keyword next to it wins."""

    additional_metadata: Mapping[str, object] | None
    priority: int | Priority | None
    child_key: str | None
    parent_id: str | UUID | None
    parent_step_run_id: str | UUID | None
    child_index: int | None
    namespace: str | None


class ScheduleOptions(TypedDict, total=False):
    """What `schedule` takes."""

    additional_metadata: Mapping[str, object] | None
    priority: int | Priority | None
    child_key: str | None
    options: ScheduleTriggerWorkflowOptions | None


class PushEventOptions(TypedDict, total=False):
    """Options of an event as one value, for `options=`; a keyword next to it wins."""

    additional_metadata: Mapping[str, object] | None
    priority: int | Priority | None
    scope: str | None
    namespace: str | None


class BulkPushEventOptions(PushEventOptions, total=False):
    """What events of one `bulk_push` have in common; what an event gives itself wins."""

"""What may be written: one TypedDict for each group of options; a key that is absent was not given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypedDict
from uuid import UUID

from hatchet.options.conditions import Condition, OrGroup
from hatchet.options.defaults import AttemptOptions, TaskDefaults
from hatchet.options.eviction import EvictionPolicy
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
    """Units that each attempt takes of rate limits; it waits while there are too few. Default: none."""
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel]
    """Labels that the worker must or should have, by name or as a list. Default: any worker will do."""
    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None
    """How many runs of the task execute at once: a number, or limits for each key. Default: no limit."""


class TaskOptions(PlacementOptions, total=False):
    """What tasks that are not durable take; on-failure and on-success tasks, too."""

    slot_cost: int
    """Slots of the worker that an attempt takes, 1 or more. Default: 1."""


class ConditionOptions(TypedDict, total=False):
    """What a task of a workflow waits for, is skipped for, or is cancelled by."""

    wait_for: Sequence[Condition | OrGroup]
    """What must hold before the task starts, once its parents have completed. Default: nothing."""
    skip_if: Sequence[Condition | OrGroup]
    """The task is skipped when all of these hold. Default: never."""
    cancel_if: Sequence[Condition | OrGroup]
    """The task is cancelled when all of these hold. Default: never."""


class WorkflowTaskOptions(TaskOptions, ConditionOptions, total=False):
    """What `Workflow.task` takes."""


class DurableOptions(TypedDict, total=False):
    """What durable tasks of all kinds take."""

    eviction_policy: EvictionPolicy | None
    """How long a run that only waits keeps its slot; None: until the worker ends. Default: 15 minutes."""


class WorkflowDurableTaskOptions(PlacementOptions, ConditionOptions, DurableOptions, total=False):
    """What `Workflow.durable_task` takes."""


class BatchOptions(TypedDict, total=False):
    """How runs of a task are gathered into batches, besides their size."""

    batch_max_interval: timedelta | None
    """How long the first run waits for others to fill the batch, a day at most. Default: 1 second."""
    batch_group_key: str | None
    """CEL that yields a key; only runs with the same key share a batch. Default: all runs may."""
    batch_group_max_runs: int | None
    """Runs of one key that execute at once, in all batches, from 1 to 10,000. Default: 100."""


class BatchTaskOptions(PlacementOptions, BatchOptions, total=False):
    """What `Workflow.batch_task` takes."""


class TriggerSourceOptions(TypedDict, total=False):
    """What a workflow and a standalone task have in common."""

    description: str | None
    """What the dashboard shows beside the name. Default: nothing."""
    on_events: Sequence[str]
    """Keys of the events that start a run; the client's namespace is added. Default: none."""
    on_crons: Sequence[str]
    """Cron expressions of five or six fields, in UTC, that start runs. Default: none."""
    version: str | None
    """A label of this version of the workflow. Default: none."""
    sticky: StickyStrategy | None
    """Whether the tasks of one run stay on one worker. Default: they do not."""
    default_priority: int | Priority
    """Priority of runs without one of their own, from 1 (low) to 3 (high). Default: 1."""
    default_filters: Sequence[DefaultFilter]
    """Filters that are created with the workflow: which events start a run. Default: none."""
    default_additional_metadata: Mapping[str, object]
    """Metadata of every run; of equal keys those of the run win. Default: none."""
    idempotency: IdempotencyConfig | None
    """When a run counts as a repetition of an earlier one, and is refused. Default: never."""


class WorkflowOptions(TriggerSourceOptions, total=False):
    """What `Hatchet.workflow` takes."""

    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None
    """How many runs of the workflow execute at once: a number, or limits for each key. Default: no limit."""
    task_defaults: TaskDefaults
    """Options of every task that does not give its own. Default: none."""


class StandaloneOptions(TriggerSourceOptions, TaskOptions, total=False):
    """What `Hatchet.task` takes."""


class DurableStandaloneOptions(TriggerSourceOptions, PlacementOptions, DurableOptions, total=False):
    """What `Hatchet.durable_task` takes."""


class BatchStandaloneOptions(TriggerSourceOptions, BatchTaskOptions, total=False):
    """What `Hatchet.batch_task` takes."""


class CommonRunOptions(TypedDict, total=False):
    """What every way to start a run takes, as keywords and as `TriggerWorkflowOptions`."""

    additional_metadata: Mapping[str, object] | None
    """Metadata of the run, added to the workflow's own; of equal keys these win. Default: the workflow's."""
    priority: int | Priority | None
    """From 1 (low) to 3 (high). Default: the workflow's `default_priority`."""
    child_key: str | None
    """Name of a child within its parent; a retry of the parent finds the child by it. Default: its number."""
    sticky: bool
    """Whether a child runs on its parent's worker. Default: False."""
    desired_worker_id: str | UUID | None
    """The only worker that may take the run. Default: any."""
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel] | None
    """Labels that the worker must or should have, over those of the task. Default: those of the task."""


class TriggerWorkflowOptions(CommonRunOptions, total=False):
    """Options of a run as one value, for `options=`; a keyword next to it wins."""

    parent_id: str | UUID | None
    """The parent run's id, together with the next two. Default: the run of the task that starts it."""
    parent_step_run_id: str | UUID | None
    """The parent's task run. Default: that of the task that starts it."""
    child_index: int | None
    """Number of the run among its parent's children, from 0. Default: the next."""
    namespace: str | None
    """Namespace of the workflow that is started. Default: the client's."""
    desired_worker_label: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel] | None
    """The same as `desired_worker_labels`, under the name that other clients have for it."""
    key: str | None
    """Your own name for an item of `run_many`; it is not sent. Default: none."""


class RunOptions(CommonRunOptions, total=False):
    """What `run` and its kin take."""

    options: TriggerWorkflowOptions | None
    """The same options as one value; a keyword next to it wins. Default: none."""


class BulkItemOptions(RunOptions, total=False):
    """What `create_bulk_run_item` takes."""

    key: str | None
    """Your own name for the item; it is not sent. Default: none."""


class ScheduleTriggerWorkflowOptions(TypedDict, total=False):
    """Options of a scheduled run as one value, for `options=`; a keyword next to it wins."""

    additional_metadata: Mapping[str, object] | None
    """Metadata of the run, added to the workflow's own; of equal keys these win. Default: the workflow's."""
    priority: int | Priority | None
    """From 1 (low) to 3 (high). Default: the workflow's `default_priority`."""
    child_key: str | None
    """Name of a child within its parent; a retry of the parent finds the child by it. Default: its number."""
    parent_id: str | UUID | None
    """The parent run's id, together with the next two. Default: the run of the task that schedules it."""
    parent_step_run_id: str | UUID | None
    """The parent's task run. Default: that of the task that schedules it."""
    child_index: int | None
    """Number of the run among its parent's children, from 0. Default: the next."""
    namespace: str | None
    """Namespace of the workflow that is started. Default: the client's."""


class ScheduleOptions(TypedDict, total=False):
    """What `schedule` takes."""

    additional_metadata: Mapping[str, object] | None
    """Metadata of the run, added to the workflow's own; of equal keys these win. Default: the workflow's."""
    priority: int | Priority | None
    """From 1 (low) to 3 (high). Default: the workflow's `default_priority`."""
    child_key: str | None
    """Name of a child within its parent; a retry of the parent finds the child by it. Default: its number."""
    options: ScheduleTriggerWorkflowOptions | None
    """The same options as one value; a keyword next to it wins. Default: none."""


class PushEventOptions(TypedDict, total=False):
    """Options of an event as one value, for `options=`; a keyword next to it wins."""

    additional_metadata: Mapping[str, object] | None
    """Metadata of the event and of the runs that it starts. Default: none."""
    priority: int | Priority | None
    """Priority of the runs that it starts, from 1 (low) to 3 (high). Default: that of their workflows."""
    scope: str | None
    """Only filters with this scope look at the event. Default: no scope."""
    namespace: str | None
    """Namespace of the event's key. Default: the client's."""


class BulkPushEventOptions(PushEventOptions, total=False):
    """What events of one `bulk_push` have in common; what an event gives itself wins."""

"""What options mean: frozen dataclasses that hold the defaults, and the one rule that merges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hatchet._dataclasses import dataclass
from hatchet.errors import DefinitionError, InputError
from hatchet.options import cel
from hatchet.options.conditions import Condition, ConditionAction, OrGroup, check_condition
from hatchet.options.cron import CronExpression
from hatchet.options.defaults import AttemptSpec, TaskDefaults
from hatchet.options.eviction import DEFAULT_EVICTION, EvictionPolicy
from hatchet.options.signatures import Named
from hatchet.options.values import (
    ConcurrencyExpression,
    DefaultFilter,
    DesiredWorkerLabel,
    IdempotencyConfig,
    Priority,
    RateLimit,
    StickyStrategy,
    check_priority,
)

if TYPE_CHECKING:
    from uuid import UUID

    from hatchet.options.keys import BulkItemOptions, RunOptions, ScheduleOptions

MAX_BATCH_SIZE = 100_000
MAX_BATCH_INTERVAL = timedelta(days=1)
MAX_BATCH_GROUP_RUNS = 10_000


@dataclass(frozen=True, kw_only=True)
class BatchSpec(Named):
    """How runs of a task are gathered into batches."""

    batch_max_size: int
    batch_max_interval: timedelta | None = None
    batch_group_key: str | None = None
    batch_group_max_runs: int | None = None
    broadcast_output: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.batch_max_size <= MAX_BATCH_SIZE:
            raise DefinitionError(f"batch_max_size is {self.batch_max_size}; write 1 to {MAX_BATCH_SIZE}")
        interval = self.batch_max_interval
        if interval is not None and not timedelta(milliseconds=1) <= interval <= MAX_BATCH_INTERVAL:
            raise DefinitionError(f"batch_max_interval is {interval}; write a length of time up to a day")
        most = self.batch_group_max_runs
        if most is not None and not 1 <= most <= MAX_BATCH_GROUP_RUNS:
            raise DefinitionError(f"batch_group_max_runs is {most}; write 1 to {MAX_BATCH_GROUP_RUNS}")
        if self.batch_group_key is not None:
            cel.check(self.batch_group_key, cel.RUN, "batch_group_key")


@dataclass(frozen=True, kw_only=True)
class TaskSpec(AttemptSpec):
    """Everything a task declares; what the decorators let one write is less, each in its own way."""

    rate_limits: Sequence[RateLimit] = field(default_factory=list[RateLimit])
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel] = field(
        default_factory=dict[str, DesiredWorkerLabel]
    )
    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None = None
    slot_cost: int = 1
    wait_for: Sequence[Condition | OrGroup] = field(default_factory=list[Condition | OrGroup])
    skip_if: Sequence[Condition | OrGroup] = field(default_factory=list[Condition | OrGroup])
    cancel_if: Sequence[Condition | OrGroup] = field(default_factory=list[Condition | OrGroup])
    batch: BatchSpec | None = None
    eviction_policy: EvictionPolicy | None = DEFAULT_EVICTION

    def __post_init__(self) -> None:
        AttemptSpec.__post_init__(self)
        if self.slot_cost < 1:
            raise DefinitionError(f"slot_cost is {self.slot_cost}; write 1 or more")
        label_map(self.desired_worker_labels)
        for action, entries in self.conditions():
            for entry in entries:
                if not isinstance(entry, OrGroup):
                    check_condition(entry, action.value)

    def conditions(self) -> list[tuple[ConditionAction, Sequence[Condition | OrGroup]]]:
        """What it waits for, is skipped for and is cancelled by."""
        return [
            (ConditionAction.WAIT_FOR, self.wait_for),
            (ConditionAction.SKIP_IF, self.skip_if),
            (ConditionAction.CANCEL_IF, self.cancel_if),
        ]


@dataclass(frozen=True, kw_only=True)
class BatchTaskSpec(TaskSpec, BatchSpec):
    """Everything a batch task declares."""

    def __post_init__(self) -> None:
        TaskSpec.__post_init__(self)
        BatchSpec.__post_init__(self)

    def task(self) -> TaskSpec:
        """The same as the options of a task that has a batch."""
        return replace(TaskSpec(**_share(self, TaskSpec)), batch=BatchSpec(**_share(self, BatchSpec)))


def check_declared_cron(expression: str) -> None:
    """Refuse a cron that the engine would not take with a declaration.

    Raises:
        DefinitionError: it cannot be read, or has no fields.
    """
    try:
        found = CronExpression(expression)
    except InputError as error:
        raise DefinitionError(f"on_crons: {error}") from error
    if found.in_fields is None:
        raise DefinitionError(
            f"on_crons: the engine takes {expression!r} only from `hatchet.cron.create`; write fields: '*/5 * * * *'"
        )


@dataclass(frozen=True, kw_only=True)
class TriggerSourceSpec(Named):
    """What starts a workflow, and what its runs have in common."""

    description: str | None = None
    on_events: Sequence[str] = field(default_factory=list[str])
    on_crons: Sequence[str] = field(default_factory=list[str])
    cron_input: object = None
    version: str | None = None
    sticky: StickyStrategy | None = None
    default_priority: int | Priority = 1
    default_filters: Sequence[DefaultFilter] = field(default_factory=list[DefaultFilter])
    default_additional_metadata: Mapping[str, object] = field(default_factory=dict[str, object])
    idempotency: IdempotencyConfig | None = None

    def __post_init__(self) -> None:
        check_priority(self.default_priority, "default_priority")
        if not all(event.strip() for event in self.on_events):
            raise DefinitionError("on_events has an empty text; leave it out")
        for expression in self.on_crons:
            check_declared_cron(expression)
        if self.cron_input is not None and not self.on_crons:
            raise DefinitionError("cron_input is given, but no on_crons that would start a run with it")


@dataclass(frozen=True, kw_only=True)
class WorkflowSpec(TriggerSourceSpec):
    """Everything a workflow declares besides its name and input type."""

    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None = None
    task_defaults: TaskDefaults = field(default_factory=TaskDefaults)


@dataclass(frozen=True, kw_only=True)
class StandaloneSpec(TriggerSourceSpec, TaskSpec):
    """Everything a standalone task declares: a workflow and its one task at once."""

    def __post_init__(self) -> None:
        TriggerSourceSpec.__post_init__(self)
        TaskSpec.__post_init__(self)

    def workflow(self) -> WorkflowSpec:
        """The workflow's share; the limits of concurrency stay with the task."""
        return WorkflowSpec(**_share(self, TriggerSourceSpec))

    def task(self) -> TaskSpec:
        """The task's share."""
        return TaskSpec(**_share(self, TaskSpec))


@dataclass(frozen=True, kw_only=True)
class BatchStandaloneSpec(StandaloneSpec, BatchTaskSpec):
    """Everything a standalone batch task declares."""

    def __post_init__(self) -> None:
        StandaloneSpec.__post_init__(self)
        BatchSpec.__post_init__(self)

    def task(self) -> TaskSpec:
        """The task's share."""
        return BatchTaskSpec.task(self)


def _share(whole: object, part: type) -> dict[str, Any]:  # Any: the values of dataclass fields of many types
    return {f.name: getattr(whole, f.name) for f in fields(part)}


@dataclass(frozen=True, kw_only=True)
class RunSpec(Named):
    """How one run is started."""

    additional_metadata: Mapping[str, object] = field(default_factory=dict[str, object])
    priority: int | Priority | None = None
    child_key: str | None = None
    sticky: bool = False
    desired_worker_id: str | UUID | None = None
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel] = field(
        default_factory=dict[str, DesiredWorkerLabel]
    )
    parent_id: str | UUID | None = None
    parent_step_run_id: str | UUID | None = None
    child_index: int | None = None
    namespace: str | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        if self.priority is not None:
            check_priority(self.priority, "priority")
        parents = [self.parent_id, self.parent_step_run_id]
        if any(each is not None for each in parents) and None in [*parents, self.child_index]:
            raise DefinitionError(
                "parent_id and parent_step_run_id belong together, and with child_index: give all three, or no parent "
                "and let the running task be it"
            )

    @classmethod
    def of(cls, given: RunOptions | BulkItemOptions | ScheduleOptions) -> RunSpec:
        """What the options of a call mean: keywords win over `options=…`, and None stands for not given."""
        words: dict[str, Any] = {**(given.get("options") or {}), **given}
        words.pop("options", None)
        label = words.pop("desired_worker_label", None)  # the name of the same thing in TriggerWorkflowOptions
        words.setdefault("desired_worker_labels", label)
        return cls(**{key: value for key, value in words.items() if value is not None})


def concurrency_list(
    given: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None,
) -> list[ConcurrencyExpression]:
    """The limits that an option's shorthand stands for."""
    if given is None:
        return []
    if isinstance(given, int):
        return [ConcurrencyExpression.from_int(given)]
    if isinstance(given, ConcurrencyExpression):
        return [given]
    return list(given)


def label_map(
    given: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel],
) -> dict[str, DesiredWorkerLabel]:
    """Desired labels by key, whichever way they were written."""
    if isinstance(given, Mapping):
        return dict(given)
    labels: dict[str, DesiredWorkerLabel] = {}
    for label in given:
        if label.key is None:
            raise DefinitionError(f"the desired worker label {label.value!r} has no key: DesiredWorkerLabel(key=…)")
        labels[label.key] = label
    return labels

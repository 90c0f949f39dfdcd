"""What a registered workflow consists of, as frozen values free of protobuf."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property

from hatchet._dataclasses import NamedTuple, dataclass
from hatchet.engine.state.conditions import (
    Condition,
    Override,
    Wait,
    on_failure_conditions,
    successor_conditions,
)

LabelValue = str | int


class Comparator(enum.Enum):
    """How a worker's label is compared with the wanted value."""

    EQUAL = 0
    NOT_EQUAL = 1
    GREATER_THAN = 2
    GREATER_THAN_OR_EQUAL = 3
    LESS_THAN = 4
    LESS_THAN_OR_EQUAL = 5


class Sticky(enum.Enum):
    """Whether a run prefers (SOFT) or demands (HARD) the worker that its trigger names."""

    SOFT = 0
    HARD = 1


class WantedLabel(NamedTuple):
    """A label that a task would like its worker to have, or insists on."""

    key: str
    value: LabelValue
    required: bool = False
    comparator: Comparator = Comparator.EQUAL
    weight: int = 100

    def accepts(self, labels: Mapping[str, LabelValue]) -> bool:
        """Whether a worker with these labels satisfies the wish; text and numbers never match each other."""
        have = labels.get(self.key)
        want = self.value
        if isinstance(have, int) and isinstance(want, int):
            match self.comparator:
                case Comparator.EQUAL:
                    return have == want
                case Comparator.NOT_EQUAL:
                    return have != want
                case Comparator.GREATER_THAN:
                    return have > want
                case Comparator.GREATER_THAN_OR_EQUAL:
                    return have >= want
                case Comparator.LESS_THAN:
                    return have < want
                case Comparator.LESS_THAN_OR_EQUAL:
                    return have <= want
        if isinstance(have, str) and isinstance(want, str):
            if self.comparator is Comparator.EQUAL:
                return have == want
            return self.comparator is Comparator.NOT_EQUAL and have != want
        return False


Rates = tuple[tuple[str, int], ...]
"""Units by key of a rate limit."""


class Requirement(NamedTuple):
    """What a task asks of its worker; tasks with equal requirements queue in one lane."""

    slots: tuple[tuple[str, int], ...] = (("default", 1),)
    labels: tuple[WantedLabel, ...] = ()
    worker_id: str | None = None
    sticky: Sticky | None = None
    rates: Rates = ()


DAY = 86_400.0


class Window(enum.Enum):
    """Lengths of windows; the values are those of the wire."""

    SECOND = 0
    MINUTE = 1
    HOUR = 2
    DAY = 3
    WEEK = 4
    MONTH = 5
    YEAR = 6

    @property
    def seconds(self) -> float:
        """Its length; months have 30 days and years twelve months, as the real engine compares them."""
        return _SECONDS[self]


_SECONDS = {
    Window.SECOND: 1.0,
    Window.MINUTE: 60.0,
    Window.HOUR: 3600.0,
    Window.DAY: DAY,
    Window.WEEK: 7 * DAY,
    Window.MONTH: 30 * DAY,
    Window.YEAR: 360 * DAY,
}


@dataclass(frozen=True)
class RetryPolicy:
    """What a task's definition says about retries; without a factor they follow at once."""

    retries: int = 0
    backoff_factor: float | None = None
    backoff_max_seconds: int | None = None


class Strategy(enum.Enum):
    """What becomes of those that find no free slot; the values are those of the wire."""

    CANCEL_IN_PROGRESS = 0
    GROUP_ROUND_ROBIN = 3
    CANCEL_NEWEST = 4
    CANCEL_QUEUED_EXCEPT_NEWEST = 5
    CANCEL_QUEUED_EXCEPT_OLDEST = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry in the chain of limits that a task passes before it is queued."""

    id: str
    """What the slots are counted under, together with the key."""
    expression: str
    max_runs: int = 1
    strategy: Strategy = Strategy.CANCEL_IN_PROGRESS
    of_run: bool = False
    """The first task of a run that is admitted admits the whole run, until the run is over."""
    shared_as: str | None = None
    """The name under which the rule is shared by all workflows of the tenant."""
    max_runs_expression: str | None = None


@dataclass(frozen=True)
class RateRule:
    """What a task consumes of one budget, as expressions; a limit makes the task declare the budget, too."""

    key: str
    units: str
    limit: str | None
    window: Window


@dataclass(frozen=True)
class BatchRule:
    """How runs of a task are gathered."""

    max_size: int
    interval: float = 1.0
    """Seconds after which a batch starts with what it has."""
    group_key: str = "'default'"
    """Expression; only runs with the same key share a batch."""
    max_runs: int = 100
    """Batches at once with the same key."""
    broadcast_output: bool = False


@dataclass(frozen=True)
class IdempotencyRule:
    """How long a key, given by an expression, keeps further runs from starting."""

    expression: str
    ttl: float
    """In seconds."""
    until_end: bool = False
    """Whether the end of the run frees the key before that."""


@dataclass(frozen=True, slots=True)
class TaskDefinition:
    """One task of a workflow version."""

    id: str
    name: str
    action: str
    parents: tuple[str, ...] = ()
    timeout: str = "60s"
    schedule_timeout: str = "5m"
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    slots: tuple[tuple[str, int], ...] = (("default", 1),)
    labels: tuple[WantedLabel, ...] = ()
    overrides: tuple[Override, ...] = ()
    waits: tuple[Wait, ...] = ()
    durable: bool = False
    on_failure: bool = False
    concurrency: tuple[Rule, ...] = ()
    """The limits that a task passes one after the other before it is queued."""
    rates: tuple[RateRule, ...] = ()
    """What it consumes of rate limits when it is handed to a worker."""
    batch: BatchRule | None = None

    @property
    def limited(self) -> bool:
        """Whether anything has to be evaluated before the task is queued."""
        return bool(self.concurrency or self.rates or self.batch)


@dataclass(frozen=True)
class DefaultFilter:
    """An event filter that comes with a workflow."""

    scope: str
    expression: str
    payload: str


@dataclass(frozen=True)
class WorkflowDefinition:
    """What was registered under a workflow's name, without the identity of a version."""

    name: str
    description: str
    tasks: tuple[TaskDefinition, ...]
    event_triggers: tuple[str, ...] = ()
    default_filters: tuple[DefaultFilter, ...] = ()
    cron_triggers: tuple[str, ...] = ()
    cron_input: str = "{}"
    sticky: Sticky | None = None
    default_priority: int | None = None
    input_json_schema: bytes | None = None
    concurrency: tuple[Rule, ...] = ()
    """Limits of whole runs; those of a workflow of one task belong to the task."""
    idempotency: IdempotencyRule | None = None

    @cached_property
    def is_dag(self) -> bool:
        """Whether runs have an identity apart from their tasks, which may come into being later or not at all."""
        return len(self.tasks) > 1 or any(task.waits for task in self.tasks)

    @cached_property
    def limited(self) -> bool:
        """Whether any task has limits."""
        return any(task.limited for task in self.tasks)

    @cached_property
    def by_name(self) -> dict[str, TaskDefinition]:
        """The tasks by their names."""
        return {task.name: task for task in self.tasks}

    @cached_property
    def dependents(self) -> dict[str, tuple[str, ...]]:
        """For each task the names of the tasks that its end may release."""
        found: dict[str, list[str]] = {task.name: [] for task in self.tasks}
        for task in self.tasks:
            sources = task.parents if not task.on_failure else [t.name for t in self.tasks if not t.on_failure]
            for source in sources:
                found[source].append(task.name)
        return {name: tuple(names) for name, names in found.items()}

    @cached_property
    def conditions(self) -> dict[str, tuple[Condition, ...]]:
        """For each task that has to wait, what it waits for; tasks without an entry start at once."""
        others = tuple(task.name for task in self.tasks if not task.on_failure)
        found: dict[str, tuple[Condition, ...]] = {}
        for task in self.tasks:
            if task.on_failure:
                found[task.name] = on_failure_conditions(others)
            elif task.parents:
                found[task.name] = successor_conditions(task.parents, task.overrides)
        return found


@dataclass(frozen=True)
class Registration:
    """A workflow as a client registers it, before anybody has looked for what breaks a rule."""

    name: str
    source: bytes
    """The form in which it is stored."""
    checksum: str
    """The same for every registration that changes nothing."""
    define: Callable[[str], WorkflowDefinition]
    """What it says, under the id of a new version; raises Refused with the rule it breaks."""


@dataclass(frozen=True)
class WorkflowVersion:
    """An immutable version of a workflow; the newest one serves new runs."""

    id: str
    workflow_id: str
    order: int
    created_at: float
    checksum: str
    source: bytes
    definition: WorkflowDefinition


@dataclass(slots=True)
class Workflow:
    """A workflow by name, with its newest version."""

    id: str
    name: str
    created_at: float
    current: WorkflowVersion

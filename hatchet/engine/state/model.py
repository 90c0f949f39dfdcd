"""State of the engine: workers, runs and task runs, as the single loop that owns them sees them."""

from __future__ import annotations

import enum
from dataclasses import field

from hatchet._dataclasses import dataclass
from hatchet.engine.state.conditions import Match, Outcome
from hatchet.engine.state.definitions import LabelValue, TaskDefinition, WantedLabel, WorkflowVersion
from hatchet.engine.state.jsontext import object_or_empty


class Status(enum.Enum):
    """Where a task run or a run stands; PENDING is a node of a DAG that still waits for others."""

    PENDING = "PENDING"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EVICTED = "EVICTED"
    """Only as a reported status: running, and on no worker."""

    @property
    def final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self in FINAL


FINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})
SKIPPED_OUTPUT = '{"skipped": true}'


@dataclass(slots=True)
class TaskLimits:
    """What the limits of a task came to, and how far the task has got through them."""

    keys: list[str] = field(default_factory=list[str])
    """The key of each concurrency rule, in the order of the chain."""
    maxima: list[int | None] = field(default_factory=list[int | None])
    """The dynamic limit of each rule, where it has one."""
    rates: list[tuple[str, int, int | None, str]] = field(default_factory=list[tuple[str, int, int | None, str]])
    """Key, units, declared limit and window of each rate limit."""
    batch_key: str = ""
    batch_id: str | None = None
    """The batch that the current attempt, or the last one, is part of."""
    batch_index: int = 0
    batch_size: int = 0
    held: int = 0
    """How many rules of the chain the current attempt has passed."""
    peak: int = 0
    """How many any attempt has passed; what is held for the whole run stays held between attempts."""


@dataclass(slots=True, eq=False)
class TaskRun:
    """One task of one run through all of its attempts."""

    id: str
    seq: int
    run: Run
    definition: TaskDefinition
    status: Status
    priority: int
    created_at: float
    retry_count: int = 0
    own_retries: int = 0
    internal_retries: int = 0
    invocations: int = 0
    worker_id: str | None = None
    """The worker that holds the current attempt, or held the last one."""
    holds_slots: bool = False
    queued_at: float | None = None
    schedule_deadline: float | None = None
    retry_at: float | None = None
    assigned_at: float | None = None
    started_at: float | None = None
    timeout_at: float | None = None
    finished_at: float | None = None
    output: str | None = None
    error: str | None = None
    never_scheduled: bool = False
    """Cancelled by its schedule timeout, which the REST side reports as a failure."""
    match: Match | None = None
    """How far the task has come with the sleeps and events of its conditions."""
    limits: TaskLimits | None = None
    """Only for tasks that have any."""
    stored: bool = False
    evicted_at: float | None = None
    """When a durable task left its worker to wait without one; set until it is on a worker again."""
    unconfirmed: bool = False
    """Whether the engine stopped after it had assigned the attempt and before it heard that the attempt has begun."""

    @property
    def is_created(self) -> bool:
        """Whether its turn has come once: what it waits for has ended, if only before a replay."""
        return self.status is not Status.PENDING or self.retry_count > 0

    @property
    def reported(self) -> Status:
        """The status that the REST side and hang-ups show."""
        if self.status is Status.PENDING:
            return Status.QUEUED
        if self.evicted_at is not None:
            # One that is queued to go on has begun long ago.
            return Status.EVICTED if self.is_evicted else Status.RUNNING
        return Status.FAILED if self.never_scheduled else self.status

    @property
    def is_evicted(self) -> bool:
        """Whether it waits without a worker, and nothing has called it back yet."""
        return self.evicted_at is not None and self.status is Status.RUNNING

    @property
    def outcome(self) -> Outcome:
        """How a finished task ended, for the tasks that wait for it."""
        if self.status is Status.COMPLETED:
            return Outcome.SKIPPED if is_skipped(self.output) else Outcome.COMPLETED
        return Outcome.FAILED if self.status is Status.FAILED else Outcome.CANCELLED

    def next_attempt(self) -> None:
        """Count one more attempt, of which nothing has happened yet."""
        self.retry_count += 1
        self.started_at = self.assigned_at = self.timeout_at = self.schedule_deadline = None
        self.evicted_at = None
        self.unconfirmed = False


@dataclass(slots=True, eq=False)
class Run:
    """One run of a workflow; a run of a single task shares its id with that task."""

    id: str
    seq: int
    version: WorkflowVersion
    input: str
    metadata: str
    priority: int
    created_at: float
    display_name: str
    parent_id: str | None = None
    """What spawned the run, as the wire shows it: a run id, or a task run id inside a DAG."""
    parent_task_id: str | None = None
    child_index: int | None = None
    child_key: str | None = None
    desired_worker_id: str | None = None
    desired_labels: tuple[WantedLabel, ...] = ()
    event_id: str | None = None
    event_key: str | None = None
    filter_id: str | None = None
    filter_payload: str | None = None
    idempotency_key: str | None = None
    """The key that the run claimed when it was created, whoever holds it now."""
    status: Status = Status.QUEUED
    reported: Status = Status.QUEUED
    started_at: float | None = None
    finished_at: float | None = None
    tasks: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    unfinished: int = 0
    stored: bool = False

    @property
    def is_dag(self) -> bool:
        """Whether the run has an id of its own."""
        return self.version.definition.is_dag

    @property
    def workflow_name(self) -> str:
        """Name under which the workflow was registered."""
        return self.version.definition.name


@dataclass(frozen=True)
class RuntimeInfo:
    """What a worker says about itself."""

    sdk_version: str | None = None
    language: str | None = None
    language_version: str | None = None
    os: str | None = None
    extra: str | None = None


@dataclass(slots=True, eq=False)
class Worker:
    """A registered worker and what it is doing."""

    id: str
    name: str
    actions: frozenset[str]
    slots: dict[str, int]
    created_at: float
    runtime: RuntimeInfo = field(default_factory=RuntimeInfo)
    labels: dict[str, LabelValue] = field(default_factory=dict[str, LabelValue])
    paused: bool = False
    active: bool = False
    listening_since: float | None = None
    heartbeat_at: float | None = None
    beat: float | None = None
    """The last heartbeat on the steady scale; after a restart the moment the engine came back."""
    used: dict[str, int] = field(default_factory=dict[str, int])
    tasks: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])

    def fits(self, slots: tuple[tuple[str, int], ...]) -> bool:
        """Whether all requested units are free at once."""
        return all(self.slots.get(kind, 0) - self.used.get(kind, 0) >= units for kind, units in slots)

    def take(self, slots: tuple[tuple[str, int], ...]) -> None:
        """Occupy the units."""
        for kind, units in slots:
            self.used[kind] = self.used.get(kind, 0) + units

    def give_back(self, slots: tuple[tuple[str, int], ...]) -> None:
        """Free the units."""
        for kind, units in slots:
            self.used[kind] = max(0, self.used.get(kind, 0) - units)


def is_skipped(output: str | None) -> bool:
    """Whether an output marks its task as skipped."""
    if not output or '"skipped"' not in output:
        return False
    return object_or_empty(output).get("skipped") is True


def combined(statuses: list[Status]) -> Status:
    """Status of a run whose tasks have these; PENDING tasks count as work still to come."""
    if all(status is Status.QUEUED or status is Status.PENDING for status in statuses):
        return Status.QUEUED
    if not all(status.final for status in statuses):
        return Status.RUNNING
    if Status.FAILED in statuses:
        return Status.FAILED
    if Status.CANCELLED in statuses:
        return Status.CANCELLED
    return Status.COMPLETED

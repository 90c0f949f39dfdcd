"""What a turn of the engine produced: rows to store first, and then news to send."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import field, fields

from hatchet._dataclasses import NamedTuple, dataclass
from hatchet.engine.state.definitions import Rule, Workflow, WorkflowVersion
from hatchet.engine.state.durable import EventLog, LogEntry, Spot
from hatchet.engine.state.model import Run, TaskRun, Worker


class TaskEventType(enum.Enum):
    """Steps in the life of a task run, as its history lists them."""

    CREATED = "CREATED"
    QUEUED = "QUEUED"
    ASSIGNED = "ASSIGNED"
    SENT_TO_WORKER = "SENT_TO_WORKER"
    STARTED = "STARTED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    RETRYING = "RETRYING"
    CANCELLED = "CANCELLED"
    TIMED_OUT = "TIMED_OUT"
    SCHEDULING_TIMED_OUT = "SCHEDULING_TIMED_OUT"
    REASSIGNED = "REASSIGNED"
    REQUEUED_NO_WORKER = "REQUEUED_NO_WORKER"
    WAITING_FOR_BATCH = "WAITING_FOR_BATCH"
    BATCH_FLUSHED = "BATCH_FLUSHED"
    REQUEUED_RATE_LIMIT = "REQUEUED_RATE_LIMIT"
    SLOT_RELEASED = "SLOT_RELEASED"
    TIMEOUT_REFRESHED = "TIMEOUT_REFRESHED"
    RETRIED_BY_USER = "RETRIED_BY_USER"
    SKIPPED = "SKIPPED"
    COULD_NOT_SEND_TO_WORKER = "COULD_NOT_SEND_TO_WORKER"
    DURABLE_EVICTED = "DURABLE_EVICTED"
    DURABLE_RESTORING = "DURABLE_RESTORING"


class TaskEvent(NamedTuple):
    """One entry of a task run's history."""

    task_id: str
    run_id: str
    at: float
    type: TaskEventType
    retry_count: int
    message: str = ""
    error: str = ""
    worker_id: str | None = None


LOG_LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")


@dataclass(frozen=True)
class LogLine:
    """One line that a running task logged."""

    task_id: str
    retry_count: int
    created_at: float
    message: str
    level: str
    metadata: str


@dataclass(frozen=True)
class PushedEvent:
    """An event that a client pushed, or that a webhook received."""

    id: str
    key: str
    payload: str
    metadata: str
    scope: str | None
    seen_at: float
    webhook: str | None = None


@dataclass(frozen=True)
class Published:
    """A message for a topic."""

    namespace: str
    topic: str
    payload: bytes = field(repr=False)
    ref: str
    """Where the payload was uploaded; empty where it is here."""
    producer: str
    """Who counts its messages; empty for nobody."""
    number: int
    """The producer's number of the message: one that is no higher than the last was kept already."""
    created_at: float


@dataclass(frozen=True)
class Uploaded:
    """A payload that is too large for a message."""

    ref: str
    data: bytes = field(repr=False)
    created_at: float


@dataclass(slots=True)
class Changes:
    """Rows that differ from what SQLite holds."""

    runs: dict[str, Run] = field(default_factory=dict[str, Run])
    tasks: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    workers: dict[str, Worker] = field(default_factory=dict[str, Worker])
    workflows: dict[str, Workflow] = field(default_factory=dict[str, Workflow])
    versions: list[WorkflowVersion] = field(default_factory=list[WorkflowVersion])
    deleted_workflows: list[str] = field(default_factory=list[str])
    deleted_workers: list[str] = field(default_factory=list[str])
    children: dict[str, str] = field(default_factory=dict[str, str])
    task_events: list[TaskEvent] = field(default_factory=list[TaskEvent])
    logs: list[LogLine] = field(default_factory=list[LogLine])
    pushed: list[PushedEvent] = field(default_factory=list[PushedEvent])
    published: list[Published] = field(default_factory=list[Published])
    uploaded: list[Uploaded] = field(default_factory=list[Uploaded])
    kept: dict[tuple[str, str], str | None] = field(default_factory=dict[tuple[str, str], "str | None"])
    """JSON of things on a shelf by (kind, id); None for one that was taken away."""
    limits: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    shared_rules: dict[str, Rule] = field(default_factory=dict[str, Rule])
    dynamic_limits: dict[tuple[str, str], tuple[int, int] | None] = field(
        default_factory=dict[tuple[str, str], "tuple[int, int] | None"]
    )
    """By rule and key the number of the task that brought the limit, and the limit; None when it is forgotten."""
    event_logs: dict[str, EventLog] = field(default_factory=dict[str, EventLog])
    log_entries: dict[tuple[str, Spot], LogEntry] = field(default_factory=dict[tuple[str, Spot], LogEntry])
    finished_runs: int = 0
    """Runs that finished, less the finished ones that a replay made active again."""

    def __bool__(self) -> bool:
        return bool(self.tasks or self.task_events or self.runs or self.rare or self.limited or self.event_logs)

    @property
    def rare(self) -> bool:
        """Whether there is something besides runs, tasks, what happens to them and limits."""
        return bool(
            self.workers
            or self.logs
            or self.pushed
            or self.published
            or self.uploaded
            or self.kept
            or self.children
            or self.workflows
            or self.versions
            or self.deleted_workflows
            or self.deleted_workers
        )

    @property
    def limited(self) -> bool:
        """Whether there is something about limits."""
        return bool(self.limits or self.shared_rules or self.dynamic_limits)

    def rows(self) -> list[Run | TaskRun]:
        """The runs and tasks."""
        return [*self.runs.values(), *self.tasks.values()]

    def pieces(self) -> Iterator[tuple[str, Changes]]:
        """Each row by itself, with a name for people."""
        for each in fields(self):
            rows: dict[object, object] | list[object] | int = getattr(self, each.name)
            if isinstance(rows, dict):
                for key, row in rows.items():
                    piece = Changes()
                    getattr(piece, each.name)[key] = row
                    yield f"{each.name} {key}", piece
            elif isinstance(rows, list):
                for row in rows:
                    piece = Changes()
                    getattr(piece, each.name).append(row)
                    yield f"{each.name} {row}"[:200], piece


@dataclass(frozen=True)
class Unstored:
    """A row that cannot be stored, whatever the state of the disk."""

    name: str
    error: Exception
    new: tuple[Run | TaskRun, ...] = ()
    """What would have been stored by it for the first time."""


class Dispatch(NamedTuple):
    """Send an attempt to the worker it was assigned to."""

    task: TaskRun
    worker_id: str
    retry_count: int


@dataclass(frozen=True)
class BatchDispatch:
    """Send several attempts to the worker they were assigned to as one batch."""

    batch_id: str
    key: str
    reason: str
    at: float
    worker_id: str
    tasks: tuple[tuple[TaskRun, int], ...]
    """The members, each with its attempt."""


class Revoke(NamedTuple):
    """Tell a worker to stop an attempt; its result will be ignored."""

    task: TaskRun
    worker_id: str
    retry_count: int
    batch_id: str | None = None
    """The batch that the attempt is part of."""


class News(enum.Enum):
    """What event subscribers hear about a task."""

    CREATED = enum.auto()
    COMPLETED = enum.auto()
    FAILED = enum.auto()
    CANCELLED = enum.auto()


class TaskNews(NamedTuple):
    """Something that event subscribers may want to hear about a task."""

    task: TaskRun
    kind: News
    at: float
    retry_count: int
    payload: str = ""


class RunEnded(NamedTuple):
    """A run reached its final state."""

    run: Run
    at: float


class MemoFound(NamedTuple):
    """Answer to a memo: whether it was asked for before, and its value if it has one."""

    entry: LogEntry
    existed: bool


class ChildrenStarted(NamedTuple):
    """Answer to a request for child runs."""

    entries: tuple[LogEntry, ...]


class WaitBegun(NamedTuple):
    """Answer to a wait."""

    entry: LogEntry


class InvocationEvicted(NamedTuple):
    """Answer to the wish to leave the worker."""


class InvocationOver(NamedTuple):
    """A worker is to drop an invocation without a report."""

    reason: str


class RequestFailed(NamedTuple):
    """A request of a durable task that is not carried out."""

    message: str
    spot: Spot | None = None
    """The entry whose call was another one the last time, if that is why."""


Reply = MemoFound | ChildrenStarted | WaitBegun | InvocationEvicted | InvocationOver | RequestFailed | LogEntry


class Asked(NamedTuple):
    """Who asks something of the log of a durable task, and where the answer goes."""

    stream: int
    task_id: str
    invocation: int


class Answer(NamedTuple):
    """What a worker's stream of durable tasks is told about one of them."""

    asked: Asked
    reply: Reply


ToWorker = Dispatch | BatchDispatch | Revoke

Output = ToWorker | TaskNews | RunEnded | Answer

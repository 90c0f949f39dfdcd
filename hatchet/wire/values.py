"""What crosses the border between the wire and the rest, frozen; what is sent to declare and start is in `requests`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias

from hatchet._dataclasses import NamedTuple, dataclass
from hatchet.options.outputs import json_of
from hatchet.wire import tracebacks


class RunStatus(str, Enum):
    """Where a run or task run is."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class AssignmentKind(Enum):
    """What the engine wants of the worker."""

    START = "start"
    BATCH = "batch"
    """Start many runs of a batch task with one call."""
    CANCEL = "cancel"
    OTHER = "other"
    """A kind that this client does not know."""


@dataclass(frozen=True)
class BatchMember:
    """One run of a batch."""

    workflow_run_id: str
    envelope: Mapping[str, object]
    """Input, parents and the rest, as other attempts have them in their payload."""


@dataclass(frozen=True)
class Batch:
    """Runs of one task that one call executes."""

    id: str
    key: str | None
    """What the runs have in common: the value of `batch_group_key`."""
    members: Mapping[str, BatchMember]
    """By task run."""


AttemptKey: TypeAlias = tuple[str, int, int]
"""Task run, retries before it, and of a durable task the invocation."""


class Assignment(NamedTuple):
    """One attempt of a task, handed to this worker (or taken from it again)."""

    kind: AssignmentKind
    action_id: str
    task_id: str
    task_name: str
    task_run_id: str
    workflow_run_id: str
    retry_count: int
    payload: str = ""
    additional_metadata: str = ""
    priority: int | None = None
    child_index: int | None = None
    child_key: str | None = None
    parent_run_id: str | None = None
    workflow_id: str | None = None
    workflow_version_id: str | None = None
    invocation_count: int | None = None
    event_id: str | None = None
    event_key: str | None = None
    queued_at: datetime | None = None
    """When the engine made the task; None where it does not say."""
    batch: Batch | None = None
    """Its runs, when it is a batch; the ids are those of the first then."""

    @property
    def key(self) -> AttemptKey:
        """Identity of the attempt: a task run id alone would mix it up with a retry, or with a later invocation."""
        if self.batch is not None:
            return (self.batch.id, 0, 0)
        return (self.task_run_id, self.retry_count, self.invocation_count or 0)

    @property
    def task_run_ids(self) -> list[str]:
        """The task runs that it is an attempt of: several for a batch."""
        return [self.task_run_id] if self.batch is None else list(self.batch.members)


class OutcomeKind(Enum):
    """What is reported of an attempt."""

    STARTED = "started"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt."""

    kind: OutcomeKind
    payload: bytes = b""
    should_not_retry: bool = False
    retry_after_ms: int | None = None
    """Of a failure: when the next attempt starts, in place of the backoff; 0 is at once."""
    members: Mapping[str, Outcome] | None = None
    """Of a batch: what became of each run, where that differs."""


def unsendable(error: Exception, task_run_id: str) -> Outcome:
    """The outcome of a run whose own cannot be sent: too large, or no message can be made of it. Not retried."""
    return Outcome(OutcomeKind.FAILED, tracebacks.describe(error, task_run_id).encode(), should_not_retry=True)


class TaskResult(NamedTuple):
    """How one task of a finished run ended."""

    task_name: str
    task_run_id: str
    output: str | None
    error: str | None


class FinishedRun(NamedTuple):
    """A run that ended, as the result stream tells it."""

    run_id: str
    tasks: tuple[TaskResult, ...]


@dataclass(frozen=True)
class TaskRunDetails:
    """One task of a run."""

    task_run_id: str
    """The task run."""
    name: str
    """The task's name."""
    status: RunStatus
    """Where it is."""
    output_text: str | None
    """What it returned, as JSON text; None where there is nothing."""
    error: str | None
    """How it failed, as the worker reported it; None where it has not ended."""

    sent: str | None = field(default=None, repr=False)
    """The output as it travelled: in a box where it is no object."""

    @property
    def external_id(self) -> str:
        """`task_run_id`, under the engine's name for it."""
        return self.task_run_id

    @property
    def output(self) -> Any:  # Any: JSON of a shape that only the task knows
        """What it returned, as JSON; None where there is nothing."""
        return json_of(self.output_text)

    @property
    def has_failed(self) -> bool:
        """Whether it ended with a failure."""
        return self.status is RunStatus.FAILED or bool(self.error)


@dataclass(frozen=True)
class RunDetails:
    """A run as the engine sees it; outputs are filled in once the whole run has ended."""

    run_id: str
    """The run."""
    status: RunStatus
    """Where it is."""
    done: bool
    """Whether it has ended."""
    input_text: str
    """Its input, as JSON text; empty where there is none."""
    additional_metadata: Mapping[str, object]
    """Its metadata."""
    tasks: Mapping[str, TaskRunDetails]
    """Its tasks, by name."""

    @property
    def external_id(self) -> str:
        """`run_id`, under the engine's name for it."""
        return self.run_id

    @property
    def task_runs(self) -> Mapping[str, TaskRunDetails]:
        """`tasks`, under the engine's name for them."""
        return self.tasks

    @property
    def input(self) -> Any:  # Any: JSON of a shape that only the workflow knows
        """Its input, as JSON; None where there is none."""
        return json_of(self.input_text)

    @property
    def was_cancelled(self) -> bool:
        """Whether it ended by a cancellation."""
        return self.status is RunStatus.CANCELLED

    @property
    def has_failed(self) -> bool:
        """Whether it ended with a failure."""
        return self.status is RunStatus.FAILED


class StepRunEventType(str, Enum):
    """What happened to a task run."""

    STEP_RUN_EVENT_TYPE_STARTED = "STEP_RUN_EVENT_TYPE_STARTED"
    """It was created."""
    STEP_RUN_EVENT_TYPE_COMPLETED = "STEP_RUN_EVENT_TYPE_COMPLETED"
    STEP_RUN_EVENT_TYPE_FAILED = "STEP_RUN_EVENT_TYPE_FAILED"
    """An attempt failed; it may be retried."""
    STEP_RUN_EVENT_TYPE_CANCELLED = "STEP_RUN_EVENT_TYPE_CANCELLED"
    STEP_RUN_EVENT_TYPE_TIMED_OUT = "STEP_RUN_EVENT_TYPE_TIMED_OUT"
    STEP_RUN_EVENT_TYPE_STREAM = "STEP_RUN_EVENT_TYPE_STREAM"
    """It sent a chunk with `ctx.put_stream`."""


class WorkflowRunEventType(str, Enum):
    """What happened to a run."""

    WORKFLOW_RUN_EVENT_TYPE_STARTED = "WORKFLOW_RUN_EVENT_TYPE_STARTED"
    WORKFLOW_RUN_EVENT_TYPE_COMPLETED = "WORKFLOW_RUN_EVENT_TYPE_COMPLETED"
    WORKFLOW_RUN_EVENT_TYPE_FAILED = "WORKFLOW_RUN_EVENT_TYPE_FAILED"
    WORKFLOW_RUN_EVENT_TYPE_CANCELLED = "WORKFLOW_RUN_EVENT_TYPE_CANCELLED"
    WORKFLOW_RUN_EVENT_TYPE_TIMED_OUT = "WORKFLOW_RUN_EVENT_TYPE_TIMED_OUT"


class StreamEventType(str, Enum):
    """What happened to the stream itself."""

    STREAM_EVENT_TYPE_GAP = "STREAM_EVENT_TYPE_GAP"
    """The connection was lost and is made anew: what happens from now until the next event may be missing."""


@dataclass(frozen=True)
class RunEvent:
    """One thing that happened in a run."""

    workflow_run_id: str
    """The run; empty where it is about a stream of many runs."""
    type: StepRunEventType | WorkflowRunEventType | StreamEventType | None
    """What happened; None is something that this version does not know."""
    payload: str
    """A task's output as JSON text, the text of its error, the chunk of a stream, or why the connection was lost."""
    task_run_id: str | None
    """The task run that it is about; None when it is about the run."""
    index: int | None
    """Of a chunk: its place in the task's stream, from 0."""
    retry_count: int | None
    """How many attempts came before the one that it is about, when the engine says."""
    is_last: bool
    """Whether nothing more happens in the run."""


@dataclass(frozen=True)
class StoredMessage:
    """A message of a topic, as the engine keeps it."""

    payload: bytes
    """What it holds; empty where it was uploaded."""
    ref: str
    """Where it was uploaded; empty where it is here."""
    cursor: str
    """The place behind it."""
    created_at: datetime
    """When the engine took it."""


@dataclass(frozen=True)
class StoredMessages:
    """Some messages of a topic, in order."""

    messages: tuple[StoredMessage, ...]
    """The messages; none where only the place is told."""
    cursor: str
    """The place behind all that was sent; empty where the engine does not say."""
    is_last: bool
    """Whether the engine ends the stream: nothing has come for long."""


@dataclass(frozen=True)
class ScheduledRun:
    """A run that will start later."""

    id: str
    """Id of the schedule, for `hatchet.scheduled`; it is not that of the run."""
    trigger_at: datetime
    """When the run starts."""
    workflow_id: str
    """The workflow."""


@dataclass(frozen=True)
class PushedEvent:
    """An event that the engine has accepted."""

    event_id: str
    key: str
    payload: str
    created_at: datetime
    additional_metadata: str


@dataclass(frozen=True)
class Event:
    """An event to push."""

    key: str
    payload: bytes
    additional_metadata: Mapping[str, object] = field(default_factory=dict[str, object])
    priority: int | None = None
    scope: str | None = None

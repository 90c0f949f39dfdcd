"""Mock runs: a task's function called as a worker would call it, with no engine. What it starts and sends is recorded.

::

    record = MockRecord()
    receipt = pay.mock_run(Order(id=1), parent_outputs={check: Checked(ok=True)}, record=record)
    assert record.stream == ["half way"]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypedDict, TypeVar

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError
from hatchet.scope import LogLine

if TYPE_CHECKING:
    from hatchet.definitions.base_task import BaseTask
    from hatchet.definitions.runnable import Runnable

K_co = TypeVar("K_co", covariant=True)
T_co = TypeVar("T_co", covariant=True)


class Pairs(Protocol[K_co, T_co]):
    """A mapping, as far as its pairs go: unlike Mapping, one from a kind of keys is one from a wider kind too."""

    def items(self) -> Iterable[tuple[K_co, T_co]]:
        """The pairs."""
        ...


ByTask: TypeAlias = "Pairs[BaseTask[Any, Any] | str, T_co]"
"""Something for some tasks, by the task or by its name."""
ByRunnable: TypeAlias = "Pairs[Runnable[Any, Any, Any], object]"
"""Something for some tasks and workflows."""


class WorkflowMockOptions(TypedDict, total=False):
    """What `mock_run` of a workflow takes besides the input."""

    additional_metadata: Mapping[str, object] | None
    """Metadata of the run. Default: none."""
    skipped: Sequence[BaseTask[Any, Any]]
    """Tasks of the workflow that were skipped. Default: none."""
    lifespan: Any
    """What `ctx.lifespan` is. Default: None."""
    worker_labels: Mapping[str, str | int]
    """Labels of the worker. Default: none."""
    priority: int | None
    """Priority of the run, from 1 (low) to 3 (high). Default: None."""
    filter_payload: Mapping[str, object]
    """Payload of the filter that let the event through. Default: empty."""
    children: ByRunnable
    """What runs give that are started: an output, an exception, or a function of the input as JSON. Default: none."""
    events: Mapping[str, object]
    """What durable tasks wait for: payloads by event key, or functions of the UserEventCondition. Default: none."""
    unpatched: Sequence[str]
    """Ids for which `ctx.patched` is False, as in runs of the old code. Default: none, it is True."""
    record: MockRecord | None
    """Takes down what is started and sent. Default: nobody does."""


class MockOptions(WorkflowMockOptions, total=False):
    """What `mock_run` of a task takes besides the input."""

    parent_outputs: ByTask[object] | None
    """What tasks of the workflow returned, by task or by name. Default: nothing."""
    retry_count: int
    """How many attempts came before, 0 or more. Default: 0."""
    dependencies: Mapping[str, object] | None
    """What fills in parameters in place of their dependencies, by name. Default: the dependencies are called."""
    task_run_errors: ByTask[Exception]
    """For an on-failure task: how tasks failed, by task or by name. Default: none did."""
    triggers: Mapping[str, object]
    """Data of the conditions that the task waited for, by their data keys. Default: none."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)  # each method costs time at import
class WorkflowMockSpec:
    """What the options of a workflow's mock run mean."""

    additional_metadata: Mapping[str, object] | None = None
    skipped: Sequence[BaseTask[Any, Any]] = ()
    lifespan: Any = None
    worker_labels: Mapping[str, str | int] = field(default_factory=dict[str, "str | int"])
    priority: int | None = None
    filter_payload: Mapping[str, object] = field(default_factory=dict[str, object])
    children: ByRunnable = field(default_factory=dict["Runnable[Any, Any, Any]", object])
    events: Mapping[str, object] = field(default_factory=dict[str, object])
    unpatched: Sequence[str] = ()
    record: MockRecord | None = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MockSpec(WorkflowMockSpec):
    """What the options of a task's mock run mean."""

    parent_outputs: ByTask[object] | None = None
    retry_count: int = 0
    dependencies: Mapping[str, object] | None = None
    task_run_errors: ByTask[Exception] = field(default_factory=dict[str, Exception])
    triggers: Mapping[str, object] = field(default_factory=dict[str, object])

    def __post_init__(self) -> None:
        if self.retry_count < 0:
            raise InputError(f"retry_count is {self.retry_count}; write 0 or more")


@dataclass(frozen=True)
class MockChild:
    """A run that was started in a mock run."""

    workflow: str
    """The workflow, with its namespace."""
    input: Any
    """Its input, as JSON."""
    additional_metadata: Mapping[str, object]
    """Its metadata, what it inherits included."""
    child_key: str | None
    """The key that it was given."""
    priority: int | None
    """The priority that it was given."""
    start_at: datetime | None
    """When it would start; None is at once."""
    run_id: str
    """The id that it got."""


@dataclass(frozen=True)
class MockEvent:
    """An event that was pushed in a mock run."""

    key: str
    """The event, with the namespace."""
    payload: Any
    """Its payload, as JSON."""
    additional_metadata: Mapping[str, object]
    """Its metadata."""
    scope: str | None
    """Its scope."""


@dataclass
class MockRecord:
    """What a task did in a mock run that an engine would have known of."""

    logs: list[LogLine] = field(default_factory=list[LogLine])
    """Lines of its log, of `ctx.log`."""
    stream: list[str] = field(default_factory=list[str])
    """Chunks of its stream."""
    children: list[MockChild] = field(default_factory=list[MockChild])
    """Runs that it started or scheduled."""
    events: list[MockEvent] = field(default_factory=list[MockEvent])
    """Events that it pushed."""
    slept: list[timedelta] = field(default_factory=list[timedelta])
    """Of a durable task: how long its waits would have slept, in the order in which they ended."""
    refreshed_timeouts: list[str] = field(default_factory=list[str])
    """Lengths of time by which it moved its timeout."""
    paused_rate_limits: dict[str, datetime] = field(default_factory=dict[str, datetime])
    """Rate limits that it paused, and until when."""
    worker_labels: dict[str, str | int] = field(default_factory=dict[str, "str | int"])
    """Labels of the worker that it set."""
    was_slot_released: bool = False
    """Whether it gave its slot back."""
    was_cancelled: bool = False
    """Whether it cancelled its own run."""

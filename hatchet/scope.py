"""Which run is executing here, how it spawns children, who takes what it logs: the package's one context variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import field
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, Protocol

from hatchet._dataclasses import dataclass

if TYPE_CHECKING:
    import asyncio

LogLevel = Literal["DEBUG", "INFO", "WARN", "ERROR"]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of an attempt's log."""

    task_run_id: str
    retry_count: int
    moment: datetime
    level: LogLevel
    message: str


class LogSink(Protocol):
    """Takes the log lines of attempts."""

    def put(self, line: LogLine) -> None:
        """Take a line; from any thread, without waiting. One that there is no room for is dropped and counted."""
        ...

    async def aio_put(self, line: LogLine, *, delivered: bool) -> None:
        """Take a line, waiting for room; with `delivered` until the engine has it, raising what prevents it."""
        ...


class Recorder(Protocol):
    """Takes the place of the engine in a mock run: nothing that is started or pushed there is sent."""

    @property
    def keeps_children(self) -> bool:
        """Whether children of durable tasks are taken down here, too, and not in their logs."""
        ...

    def started(self, run: object) -> str:
        """A run would be started; the id that it gets."""
        ...

    def outputs(self, run_id: str) -> dict[str, str]:
        """The output texts of such a run's tasks, or the error with which it ends."""
        ...

    def pushed(self, event: object) -> str:
        """An event would be pushed; the id that it gets."""
        ...


class ChildLog(Protocol):
    """Takes what a durable task starts: its log knows it again when the task runs once more."""

    async def start(self, runs: Sequence[object]) -> list[str]:
        """Start children; their ids."""
        ...

    def knows(self, run_id: str) -> bool:
        """Whether a run was started by it."""
        ...

    def workflow_of(self, run_id: str) -> str:
        """The workflow of such a run."""
        ...

    async def outputs(self, run_id: str) -> dict[str, str]:
        """The output texts of such a run's tasks, once it has ended, or the error with which it ends."""
        ...

    def joined(self, task: asyncio.Task[Any]) -> None:
        """The code has made a task beside its own."""
        ...


@dataclass
class Scope:
    """The attempt that executes in this context."""

    workflow_run_id: str
    task_run_id: str
    retry_count: int
    worker_id: str
    additional_metadata: Mapping[str, object]
    has_children: bool = True
    """Whether runs that are started here become children; a batch is no one's parent, since it is many."""
    logs: LogSink | None = None
    """Who takes what is logged here."""
    recorder: Recorder | None = None
    """Who takes what a mock run starts and pushes."""
    log: ChildLog | None = None
    """Of a durable task: who takes what it starts."""
    memo: str = ""
    """Whether, and in which function of a memo, this executes: nothing durable can be done in there."""
    context: Any = None  # Any: its class belongs to a layer above
    """The context that the task was given."""
    _spawned: Iterator[int] = field(default_factory=count, init=False, repr=False)

    def next_child_index(self) -> int:
        """Number of the next child; it restarts with each attempt, so that a retry finds the children of the first."""
        return next(self._spawned)  # in one step: threads of a task start children, too


def current_recorder() -> Recorder | None:
    """Who takes what is started here, when this is a mock run."""
    scope = current_scope.get()
    return None if scope is None else scope.recorder


def recorder_of_runs() -> Recorder | None:
    """The same, but None where a log takes it."""
    scope = current_scope.get()
    if scope is None or scope.recorder is None:
        return None
    return scope.recorder if scope.log is None or scope.recorder.keeps_children else None


current_scope: ContextVar[Scope | None] = ContextVar("hatchet_scope", default=None)

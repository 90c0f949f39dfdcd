"""The second argument of every task: which run this is, what came before it, and what it can tell the engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Generic, cast, overload

from typing_extensions import TypeVar, Unpack

from hatchet._dataclasses import dataclass
from hatchet._lazy import Deferred
from hatchet.context.calls import ContextCalls, Startable
from hatchet.context.facts import AttemptFacts
from hatchet.errors import InputError, NoTaskOutput, NotFound, TaskFailure
from hatchet.options.durations import render_duration
from hatchet.options.keys import RunOptions
from hatchet.options.moments import in_utc
from hatchet.options.outputs import NOT_GIVEN, Producer, name_in_run
from hatchet.options.signatures import takes
from hatchet.options.specs import RunSpec
from hatchet.options.values import Duration
from hatchet.scope import LogLine, LogSink, Recorder, Scope, current_scope
from hatchet.transport.flag import Flag
from hatchet.transport.io_loop import IoLoop, blocking
from hatchet.wire import tracebacks

if TYPE_CHECKING:
    from contextvars import Token

    from hatchet.options import payload as payloads
    from hatchet.options.payload import EmptyModel
    from hatchet.wire.values import Assignment, AttemptKey
else:
    # pydantic takes longer to load than all of this package; it is needed with the first task.
    payloads = Deferred("hatchet.options.payload")

R = TypeVar("R")
TIn = TypeVar("TIn")
TRef = TypeVar("TRef")
TLifespan_co = TypeVar("TLifespan_co", covariant=True, default=Any)


@dataclass(frozen=True)
class WorkerFacts:
    """What a context knows of its worker."""

    worker_id: str
    labels: dict[str, str | int]
    """Its labels, which its tasks may change."""
    logs: LogSink | None = None
    """Who takes the log lines of its tasks."""
    recorder: Recorder | None = None
    """In a mock run, who takes what its tasks start and push."""
    slot_released: Callable[[AttemptKey], None] | None = None
    """Told that an attempt has given its slot back; from any thread."""


class Context(AttemptFacts, Generic[TLifespan_co]):
    """The running attempt of a task.

    `Context[State]` gives `ctx.lifespan` the type that the worker's lifespan yields.
    """

    def __init__(
        self,
        assignment: Assignment,
        envelope: Mapping[str, object],
        engine: ContextCalls,
        worker: WorkerFacts,
        *,
        workflow_name: str,
        retries: int,
        lifespan: TLifespan_co,
    ) -> None:
        super().__init__(assignment, workflow_name, retries)
        self._envelope = envelope
        self._engine = engine
        self._worker = worker
        self._lifespan = lifespan
        self._stream_index = 0
        self._slot_was_released = False
        self._cancelled = Flag()
        self._scope = Scope(
            workflow_run_id=assignment.workflow_run_id,
            task_run_id=assignment.task_run_id,
            retry_count=assignment.retry_count,
            worker_id=worker.worker_id,
            additional_metadata=self.additional_metadata,
            has_children=assignment.batch is None,
            logs=worker.logs,
            recorder=worker.recorder,
            context=self,
        )

    @property
    def io(self) -> IoLoop:
        """The loop that its calls run on."""
        return self._engine.io

    # -- what came before

    @property
    def workflow_input(self) -> Mapping[str, object]:
        """The run's input as JSON; the task's first parameter is the same, validated."""
        return self._object("input")

    @property
    def input(self) -> Mapping[str, object]:
        """The same as `workflow_input`."""
        return self.workflow_input

    @property
    def lifespan(self) -> TLifespan_co:
        """What the worker's lifespan yielded."""
        return self._lifespan

    def task_output(self, task: Producer[R]) -> R:
        """What a parent task of this run returned.

        Raises:
            NoTaskOutput: the task has no output here: it was skipped, or is no task that this one waits for.
        """
        name, outputs = self._name_in_run(task), self._object("parents")
        if name not in outputs:
            raise NoTaskOutput(
                f"task {self.task_name} of run {self.workflow_run_id} has no output of {name!r}; "
                f"name it in parents=[…] (it has: {', '.join(sorted(outputs)) or 'none'})"
            )
        if self.was_skipped(task):
            raise NoTaskOutput(f"{name!r} was skipped in run {self.workflow_run_id}; ask ctx.was_skipped first")
        return task.load_output(json.dumps(outputs[name]))

    def was_skipped(self, task: Producer[Any]) -> bool:
        """Whether a parent task of this run was skipped."""
        output = self._object("parents").get(self._name_in_run(task))
        return isinstance(output, dict) and cast(dict[str, object], output).get("skipped") is True

    @property
    def task_run_errors(self) -> dict[str, TaskFailure]:
        """In an on-failure task: how the failed tasks of the run failed, by name."""
        errors = self._object("step_run_errors")
        return {name: tracebacks.parse(str(text), name) for name, text in errors.items()}

    def get_task_run_error(self, task: Producer[Any]) -> TaskFailure | None:
        """In an on-failure task: how a task of the run failed; None when it did not."""
        return self.task_run_errors.get(self._name_in_run(task))

    def _name_in_run(self, task: Producer[Any]) -> str:
        return name_in_run(task, f"run {self.workflow_run_id}", self.workflow_name)

    @property
    def trigger_data(self) -> Mapping[str, object]:
        """Data of the conditions that this task waited for."""
        return self._object("triggers")

    @property
    def filter_payload(self) -> Mapping[str, object]:
        """Payload of the filter that let the triggering event through."""
        payload = self.trigger_data.get("filter_payload")
        return cast(Mapping[str, object], payload) if isinstance(payload, dict) else {}

    def _object(self, key: str) -> dict[str, object]:
        value = self._envelope.get(key)
        return cast(dict[str, object], value) if isinstance(value, dict) else {}

    # -- cancellation

    @property
    def is_cancelled(self) -> bool:
        """Whether the run was cancelled or timed out; a long sync task should look now and then."""
        return self._cancelled.is_set()

    @property
    def exit_flag(self) -> bool:
        """The same as `is_cancelled`."""
        return self.is_cancelled

    def wait_for_cancellation(self, timeout: float | None = None) -> bool:
        """Block until the attempt is cancelled, or for `timeout` seconds. Gives whether it was cancelled."""
        return self._cancelled.wait(timeout)

    async def aio_wait_for_cancellation(self) -> None:
        """Wait until the attempt is cancelled."""
        await self._cancelled.aio_wait()

    def mark_cancelled(self) -> None:
        """Tell the task that it is cancelled; called by the worker."""
        self._cancelled.set()

    async def aio_cancel(self) -> None:
        """Cancel this task's own run; in a batch task every run of the batch."""
        await self.io.run(self._engine.cancel(self._task_run_ids))

    # -- children

    @overload
    async def aio_spawn(
        self, runnable: Startable[EmptyModel, TRef], input: EmptyModel = ..., **options: Unpack[RunOptions]
    ) -> TRef: ...
    @overload
    async def aio_spawn(self, runnable: Startable[TIn, TRef], input: TIn, **options: Unpack[RunOptions]) -> TRef: ...
    @takes(RunSpec, RunOptions)
    async def aio_spawn(
        self, runnable: Startable[Any, Any], input: Any = NOT_GIVEN, **options: Unpack[RunOptions]
    ) -> Any:
        """Start a child of this attempt. Gives its reference as soon as the engine has accepted it.

        Within the task `task.aio_run_no_wait` does the same. This also works in threads and callbacks that do not have
        the task's context variables. Children that start at the same time need a `child_key`, so that a retry finds the
        right one. Runs that a batch task starts have no parent.

        Args:
            runnable: a task, a workflow or a stub.
            input: its input, unless it takes none.

        Raises:
            InputError: the input is not of the declared type; nothing was sent.
            ApiError: the engine refused the run or could not be reached.
        """
        token = self.enter()
        try:
            return await _startable(runnable).aio_run_no_wait(input, **options)
        finally:
            current_scope.reset(token)

    @overload
    def spawn(
        self, runnable: Startable[EmptyModel, TRef], input: EmptyModel = ..., **options: Unpack[RunOptions]
    ) -> TRef: ...
    @overload
    def spawn(self, runnable: Startable[TIn, TRef], input: TIn, **options: Unpack[RunOptions]) -> TRef: ...
    @takes(RunSpec, RunOptions)
    def spawn(self, runnable: Startable[Any, Any], input: Any = NOT_GIVEN, **options: Unpack[RunOptions]) -> Any:
        """Start a child of this attempt, and block until the engine has accepted it; otherwise as `aio_spawn`."""
        token = self.enter()
        try:
            return self.io.block(_startable(runnable).aio_run_no_wait(input, **options), runnable)
        finally:
            current_scope.reset(token)

    def enter(self) -> Token[Scope | None]:
        """Make the caller's context that of this attempt; called by the worker before it calls the task."""
        return current_scope.set(self._scope)

    # -- what it can tell the engine

    async def _for_each(self, call: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        """Make a call for the task run; of a batch for each, some of which may have ended before."""

        async def all_of_them() -> None:
            calls = (call(task_run_id) for task_run_id in self._task_run_ids)
            found = await asyncio.gather(*calls, return_exceptions=True)
            errors = [each for each in found if each is not None]
            if any(not isinstance(each, NotFound) for each in errors) or len(errors) == len(found):
                raise next((each for each in errors if not isinstance(each, NotFound)), errors[0])

        await self.io.run(all_of_them() if self._assignment.batch is not None else call(self.task_run_id))

    async def aio_log(self, line: str | Mapping[str, object], raise_on_error: bool = False) -> None:
        """Write a line into the task's log. Waits for room in the queue of lines, not for the engine.

        Args:
            line: a text, or a mapping that is written as JSON. More than 10,000 characters become several lines.
            raise_on_error: wait until the engine has the line, and raise what prevents it.
        """
        if self._worker.logs is not None:
            await self.io.run(self._worker.logs.aio_put(self._log_line(line), delivered=raise_on_error))

    def log(self, line: str | Mapping[str, object], raise_on_error: bool = False) -> None:
        """Write a line into the task's log, without waiting. Lines without room in the queue are dropped and counted.

        With `raise_on_error=True` it blocks until the engine has the line.
        """
        if raise_on_error:
            self.io.block(self.aio_log(line, raise_on_error), self)
        elif self._worker.logs is not None:
            self._worker.logs.put(self._log_line(line))

    def _log_line(self, line: str | Mapping[str, object]) -> LogLine:
        text = line if isinstance(line, str) else json.dumps(line)
        return LogLine(self.task_run_id, self.retry_count, datetime.now(timezone.utc), "INFO", text)

    async def aio_put_stream(self, data: object) -> None:
        """Send a chunk to whoever listens to the run's stream.

        Args:
            data: a text, or bytes in UTF-8. Anything else that pydantic can write, such as a model, is sent as JSON;
                `subscribe_to_stream(Model)` reads it.
        """
        chunk = payloads.chunk_of(data, f"task run {self.task_run_id}")
        index, self._stream_index = self._stream_index, self._stream_index + 1
        await self._for_each(lambda task_run_id: self._engine.put_stream(task_run_id, index, chunk))

    async def aio_refresh_timeout(self, increment_by: Duration) -> None:
        """Give the attempt more time: add a length of time to its execution timeout."""
        by = render_duration(increment_by, "increment_by", InputError)
        await self._for_each(lambda task_run_id: self._engine.refresh_timeout(task_run_id, by))

    async def aio_release_slot(self) -> None:
        """Give the slot back while the task goes on. If the worker is lost then, no other gets the task."""
        await self._for_each(self._engine.release_slot)
        self._slot_was_released = True
        if self._worker.slot_released is not None:
            self._worker.slot_released(self._assignment.key)

    @property
    def slot_was_released(self) -> bool:
        """Whether the task has given its slot back."""
        return self._slot_was_released

    @property
    def worker_id(self) -> str:
        """The worker that runs this attempt."""
        return self._worker.worker_id

    @property
    def worker_labels(self) -> Mapping[str, str | int]:
        """The worker's labels."""
        return MappingProxyType(self._worker.labels)

    async def aio_upsert_worker_labels(self, labels: Mapping[str, str | int]) -> None:
        """Set labels of the worker that runs this attempt; those that are not named stay."""
        await self.io.run(self._engine.upsert_worker_labels(self.worker_id, labels))
        self._worker.labels.update(labels)

    async def aio_pause_rate_limit(self, key: str, until: datetime) -> datetime:
        """Start no run that uses a rate limit until a given time, for example when the service behind it is overloaded.

        Args:
            key: the limit's key; of a dynamic limit, the value of its expression.
            until: a time with a time zone. It makes a pause longer, never shorter.

        Returns:
            When the pause ends.

        Raises:
            Unsupported: the engine is older than v0.114.2.
        """
        return await self.io.run(self._engine.pause_rate_limit(key, in_utc(until, "until")))

    cancel: Final = blocking(aio_cancel)
    put_stream: Final = blocking(aio_put_stream)
    refresh_timeout: Final = blocking(aio_refresh_timeout)
    release_slot: Final = blocking(aio_release_slot)
    upsert_worker_labels: Final = blocking(aio_upsert_worker_labels)
    pause_rate_limit: Final = blocking(aio_pause_rate_limit)


def _startable(runnable: Startable[Any, Any]) -> Startable[Any, Any]:
    if not hasattr(runnable, "aio_run_no_wait"):  # what is no declaration is most often a plain function
        raise InputError(f"{runnable!r} cannot be spawned; give what @hatchet.task(…) or hatchet.workflow(…) made")
    return runnable

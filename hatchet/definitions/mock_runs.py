"""How a mock run is executed; loaded with the first."""

from __future__ import annotations

import asyncio
import inspect
import json
import uuid
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from hatchet._lazy import Deferred
from hatchet.context.context import Context, WorkerFacts
from hatchet.definitions.base_task import BaseTask, Owner
from hatchet.definitions.mock import (
    ByRunnable,
    ByTask,
    MockChild,
    MockEvent,
    MockRecord,
    MockSpec,
    WorkflowMockOptions,
)
from hatchet.definitions.provision import provided
from hatchet.definitions.runnable import Runnable
from hatchet.errors import HatchetError, InputError, RunFailed
from hatchet.options import payload as payloads
from hatchet.scope import LogLine, current_scope
from hatchet.transport.io_loop import IoLoop, shared_io_loop
from hatchet.wire import tracebacks
from hatchet.wire.requests import Trigger
from hatchet.wire.values import Assignment, AssignmentKind, Batch, Event

if TYPE_CHECKING:
    from hatchet.definitions import mock_durable
else:
    mock_durable = Deferred("hatchet.definitions.mock_durable")

T = TypeVar("T")

WORKER: Final = "mock-worker"
SKIPPED: Final = {"skipped": True}  # what the engine has for the output of a task that was skipped


class MockEngine:
    """Takes the place of the engine: the context's calls, the log, and what is started and pushed."""

    keeps_children: bool = True

    def __init__(self, owner: str, record: MockRecord, children: ByRunnable) -> None:
        self._owner = owner
        self._record = record
        self._results = {_runnable(child, owner).name: (child, result) for child, result in children.items()}
        self._started: dict[str, MockChild] = {}
        self.context: Context[Any] | None = None

    @property
    def io(self) -> IoLoop:
        """The loop that blocking calls of the task run on."""
        return shared_io_loop()

    def now(self) -> datetime:
        """That of this machine."""
        return datetime.now(timezone.utc)

    async def cancel(self, run_ids: Sequence[str]) -> list[str]:
        """The task cancels its own run."""
        self._record.was_cancelled = True
        if self.context is not None:
            self.context.mark_cancelled()
        return [*run_ids]

    async def put_stream(self, task_run_id: str, index: int, data: bytes) -> None:
        """Take a chunk down."""
        self._record.stream.append(data.decode())

    async def refresh_timeout(self, task_run_id: str, by: str) -> None:
        """Take it down."""
        self._record.refreshed_timeouts.append(by)

    async def release_slot(self, task_run_id: str) -> None:
        """Take it down."""
        self._record.was_slot_released = True

    async def pause_rate_limit(self, key: str, until: datetime) -> datetime:
        """Take it down."""
        self._record.paused_rate_limits[key] = until
        return until

    async def upsert_worker_labels(self, worker_id: str, labels: Mapping[str, str | int]) -> None:
        """Take them down."""
        self._record.worker_labels.update(labels)

    def put(self, line: LogLine) -> None:
        """Take a line down."""
        self._record.logs.append(line)

    async def aio_put(self, line: LogLine, *, delivered: bool) -> None:
        """Take a line down."""
        self._record.logs.append(line)

    def started(self, run: object) -> str:
        """Take a run down that the task starts."""
        assert isinstance(run, Trigger)
        options = run.options
        child = MockChild(
            workflow=run.workflow,
            input=json.loads(run.input),
            additional_metadata=options.additional_metadata,
            child_key=options.child_key,
            priority=options.priority,
            start_at=run.start_at,
            run_id=str(uuid.uuid4()),
        )
        self._record.children.append(child)
        self._started[child.run_id] = child
        return child.run_id

    def outputs(self, run_id: str) -> dict[str, str]:
        """What a run gives that the task started and waits for."""
        child = self._started.get(run_id)
        if child is None:
            raise HatchetError(f"{self._owner} waits for run {run_id}, which it did not start; there is no engine here")
        if child.workflow not in self._results:
            raise HatchetError(
                f"{self._owner} waits for a run of {child.workflow!r}, and nothing says what that gives; write "
                "mock_run(…, children={that_task: …}) with an output, an exception, or a function of the input"
            )
        runnable, result = self._results[child.workflow]
        if callable(result):
            result = cast(Callable[[Any], object], result)(child.input)
        if isinstance(result, Exception):
            raise result
        return runnable.dump_result(result)

    def pushed(self, event: object) -> str:
        """Take an event down."""
        assert isinstance(event, Event)
        payload = json.loads(event.payload)
        self._record.events.append(MockEvent(event.key, payload, event.additional_metadata, event.scope))
        return str(uuid.uuid4())


def dump_outputs(outputs: ByTask[object], workflow: Owner[Any] | None, what: str) -> dict[str, object]:
    """Outputs by task name, as decoded JSON; those of tasks are checked against their types.

    Args:
        workflow: which has these tasks; None where that is not known here.
        what: the outputs, for the words of errors.

    Raises:
        InputError: they name what is no task of the workflow.
        OutputError: one is not of the type that its task returns.
    """
    found: dict[str, object] = {}
    for task, value in outputs.items():
        name = task_name(task, workflow, what)
        if value == SKIPPED:  # the mark itself, not a task's data that looks like it
            found[name] = value
        elif isinstance(task, str):
            found[name] = _decoded(payloads.payload_of(type(value), is_declared=False).dump(value))
        else:
            found[name] = _decoded(task.dump_output(value))
    return found


def task_name(task: BaseTask[Any, Any] | str, workflow: Owner[Any] | None, what: str) -> str:
    """The name of a task that an option of a mock run names; raises InputError when it is none of the workflow's."""
    if not isinstance(task, BaseTask | str):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
        raise InputError(f"{what} names {task!r}, which is no task; give what @….task() made, or a task's name")
    if workflow is not None:
        known = {each.name: each for each in workflow.tasks}
        if (task not in known) if isinstance(task, str) else (known.get(task.name) is not task):
            whose = "" if isinstance(task, str) else f" of workflow {task.workflow.name!r}"
            name = task if isinstance(task, str) else task.name
            raise InputError(
                f"{what} names task {name!r}{whose}, which workflow {workflow.name!r} does not have; "
                f"it has: {', '.join(known)}"
            )
    return task if isinstance(task, str) else task.name


def _runnable(child: Runnable[Any, Any, Any], owner: str) -> Runnable[Any, Any, Any]:
    if not isinstance(child, Runnable):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
        raise InputError(f"children of {owner} names {child!r}; give what @hatchet.task() or hatchet.workflow() made")
    return child


def _decoded(text: str | bytes) -> object:
    return json.loads(text) if text.strip() else {}


async def mock_run(task: BaseTask[Any, T], input: object, spec: MockSpec) -> T:
    """Call a task's function as a worker would; its output, as a caller would get it."""
    owner = f"of the mock run of {task.name!r}"
    parents = dump_outputs(spec.parent_outputs or {}, task.workflow, f"parent_outputs {owner}")
    parents |= {task_name(each, task.workflow, f"skipped {owner}"): SKIPPED for each in spec.skipped}
    return task.load_output(await _MockTaskRun(task, spec, parents).call(input))


async def mock_workflow(
    workflow: Owner[Any],
    on_failure: BaseTask[Any, Any] | None,
    input: object,
    options: WorkflowMockOptions,
) -> dict[str, str]:
    """Call the tasks of a workflow in the order of their parents; their output texts.

    Raises:
        RunFailed: a task failed.
    """
    spec = MockSpec(**options)
    outputs: dict[str, object] = {}
    texts: dict[str, str] = {}
    errors: dict[str, Exception] = {}
    unfinished: set[str] = set()
    to_skip = {task_name(task, workflow, "skipped of a mock run") for task in spec.skipped}

    async def attempt(task: BaseTask[Any, Any]) -> None:
        run = _MockTaskRun(task, replace(spec, task_run_errors=errors), outputs)
        try:
            texts[task.name] = (await run.call(input)).decode()
        except InputError:
            raise
        except Exception as error:  # the user's code may raise anything; it fails the run
            errors[task.name] = error
        else:
            outputs[task.name] = _decoded(texts[task.name])

    for task in workflow.tasks:
        if task is on_failure:
            continue
        parents = {parent.name for parent in task.parents}
        if parents & (unfinished | errors.keys()):
            unfinished.add(task.name)
        elif task.name in to_skip or (parents and parents <= to_skip and not task.spec.skip_if):
            to_skip.add(task.name)
            outputs[task.name] = SKIPPED
            texts[task.name] = json.dumps(SKIPPED)
        else:
            await attempt(task)
    if errors:
        if on_failure is not None:
            await attempt(on_failure)
        run_id = str(uuid.uuid4())
        failures = [tracebacks.parse(tracebacks.describe(error, run_id), name) for name, error in errors.items()]
        raise RunFailed(run_id, failures)
    return texts


async def call_task(
    task: BaseTask[Any, Any], value: object, context: Context[Any], given: Mapping[str, object]
) -> object:
    """What a task's function returns, with its dependencies but for those that are given."""
    token = context.enter()
    try:
        wanted = {name: each for name, each in task.dependencies.items() if name not in given}
        async with provided(wanted, value, context, _call) as extra:
            result = task.function(value, context, **given, **extra)
            return await result if inspect.isawaitable(result) else result
    finally:
        current_scope.reset(token)


async def _call(function: Callable[[], object]) -> object:
    return function()


class _MockTaskRun:
    """One call: its ids, its context, and its input and output on their way to JSON and back."""

    def __init__(self, task: BaseTask[Any, Any], spec: MockSpec, parents: Mapping[str, object]) -> None:
        self._task = task
        self._spec = spec
        self._id = str(uuid.uuid4())
        self._owner = f"the mock run of {task.name!r}"
        self._record = spec.record or MockRecord()
        engine = MockEngine(self._owner, self._record, spec.children)
        self._envelope: dict[str, object] = {
            "parents": dict(parents),
            "triggers": {**spec.triggers, "filter_payload": dict(spec.filter_payload)},
            "step_run_errors": {
                task_name(each, task.workflow, f"task_run_errors of {self._owner}"): tracebacks.describe(
                    error, self._id
                )
                for each, error in spec.task_run_errors.items()
            },
        }
        kind: type[Context[Any]] = mock_durable.DurableContext if task.is_durable else Context
        self._context: Context[Any] = kind(
            self._assignment(),
            self._envelope,
            engine,
            WorkerFacts(WORKER, dict(spec.worker_labels), engine, recorder=engine),
            workflow_name=task.workflow.name,
            retries=max(task.spec.retries, spec.retry_count),
            lifespan=spec.lifespan,
        )
        engine.context = self._context

    def _assignment(self) -> Assignment:
        metadata = payloads.dump_mapping(self._spec.additional_metadata or {}, "additional_metadata")
        return Assignment(
            kind=AssignmentKind.START,
            action_id=self._task.action_id,
            task_id=str(uuid.uuid4()),
            task_name=self._task.name,
            task_run_id=self._id,
            workflow_run_id=self._id,
            retry_count=self._spec.retry_count,
            additional_metadata=metadata,
            priority=self._spec.priority,
            batch=Batch("mock-batch", None, {}) if self._task.is_batch else None,
        )

    async def call(self, input: object) -> bytes:
        """The output, as JSON.

        Raises:
            InputError: the input is not of the declared type.
            OutputError: what the function returned is not either.
            Exception: what the function raised.
        """
        task, context = self._task, self._context
        value = self._read_input(input)
        given = self._given()
        await self._open_log()
        result = await call_task(task, value, context, given)
        if task.is_batch:
            result = task.outputs_by_run([self._id], result)[self._id]
        return task.send_output(result, self._owner)

    async def _open_log(self) -> None:
        """Give a durable task its log: on this loop, or where the calls of a sync function run, which blocks it."""
        if self._task.is_durable:
            is_async = self._task.is_async_function
            opened = mock_durable.use_mock_log(self._context, self._owner, self._spec, self._record, is_async=is_async)
            if is_async:
                await opened
            else:
                shared_io_loop().block(opened)

    def _read_input(self, input: object) -> object:
        data = self._task.input.dump_input(payloads.EmptyModel() if input is None else input, self._owner)
        self._envelope["input"] = json.loads(data)
        value = self._task.read_input(self._envelope["input"], self._owner)
        return {self._id: value} if self._task.is_batch else value

    def _given(self) -> Mapping[str, object]:
        given = self._spec.dependencies or {}
        unknown = given.keys() - self._task.dependencies.keys()
        if unknown:
            raise InputError(
                f"task {self._task.name!r} has no dependency {', '.join(sorted(unknown))}; "
                f"it has: {', '.join(self._task.dependencies) or 'none'}"
            )
        return given


def run_sync(coroutine: Coroutine[Any, Any, T], tasks: Iterable[BaseTask[Any, Any]]) -> T:
    """The result of a mock run in sync code.

    Raises:
        HatchetError: a task is async, and this thread runs a loop already.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with asyncio.Runner() as runner:
            return runner.run(coroutine, context=copy_context())
    names = [task.name for task in tasks if task.is_async_function]
    try:
        if not names:
            coroutine.send(None)  # sync functions wait for nothing, so that this is all of it
            names = ["a dependency"]
    except StopIteration as end:
        return cast(T, end.value)
    coroutine.close()
    raise HatchetError(f"{names[0]} is async, and would block the loop that runs here; await aio_mock_run(…)")

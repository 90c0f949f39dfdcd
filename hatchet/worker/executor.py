"""Runs attempts: input, context, dependencies, handler, outcome. Lives on the loop of the user's async handlers."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import json
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic import ValidationError

from hatchet.context.context import Context, WorkerFacts
from hatchet.context.durable import DurableContext
from hatchet.definitions.provision import provide_all
from hatchet.definitions.task import Task
from hatchet.errors import InputError, NonRetryableError, OutputError
from hatchet.scope import Scope, current_scope
from hatchet.wire import tracebacks
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment, Outcome, OutcomeKind
from hatchet.worker.mailbox import Mailbox

logger: Final = logging.getLogger("hatchet")

CANCEL_GRACE = 1.0  # s between the flag that a task can look at and the cancellation of its coroutine

Done = Callable[[Outcome | None], None]


@dataclass
class Execution:
    """One attempt that is being executed."""

    assignment: Assignment
    done: Done
    """Told the outcome, on the executor's loop; None when there is nothing to report."""
    context: Context[Any] | None = None
    task: asyncio.Task[None] | None = None
    cancelled: bool = False


class Executor:
    """Executes assignments with the tasks of one worker."""

    def __init__(
        self,
        tasks: Mapping[str, Task[Any, Any]],
        gateway: Gateway,
        *,
        threads: int,
        lifespan: object,
        context: contextvars.Context,
    ) -> None:
        self._tasks = tasks
        self._gateway = gateway
        self._lifespan = lifespan
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(max_workers=max(1, threads), thread_name_prefix="hatchet-task")
        self._running: dict[tuple[str, int], Execution] = {}
        self._inbox: Mailbox[Execution | tuple[str, int]] = Mailbox(self._loop, self._take)
        self._counting = threading.Lock()
        self.busy_threads: int = 0
        """Threads that execute sync code now, those of cancelled attempts included."""
        self.worker: WorkerFacts = WorkerFacts("", {})
        """Who executes; set once the engine has given the worker its id."""

    def submit(self, assignment: Assignment, done: Done) -> None:
        """Execute an assignment; from any thread."""
        self._inbox.put(Execution(assignment, done))

    def cancel(self, key: tuple[str, int]) -> None:
        """Cancel an attempt, if it is being executed; from any thread."""
        self._inbox.put(key)

    def _take(self, item: Execution | tuple[str, int]) -> None:
        if isinstance(item, Execution):
            self._running[item.assignment.key] = item
            # The context in which the worker was started: its variables reach every handler.
            item.task = self._loop.create_task(self._execute(item), context=self._context.copy())
        elif (execution := self._running.get(item)) is not None:
            self._cancel(execution)

    def _cancel(self, execution: Execution) -> None:
        execution.cancelled = True
        if execution.context is not None:
            execution.context.mark_cancelled()
        self._loop.call_later(CANCEL_GRACE, self._cancel_coroutine, execution)

    @staticmethod
    def _cancel_coroutine(execution: Execution) -> None:
        if execution.task is not None and not execution.task.done():
            execution.task.cancel()

    async def _execute(self, execution: Execution) -> None:
        outcome: Outcome | None = None
        try:
            outcome = await self._outcome(execution)
        finally:
            self._running.pop(execution.assignment.key, None)
            # A cancelled attempt is settled at the engine; what its coroutine made of the cancellation is not news.
            execution.done(None if execution.cancelled else outcome)

    async def _outcome(self, execution: Execution) -> Outcome:
        assignment = execution.assignment
        task = self._tasks.get(assignment.action_id)
        if task is None:
            known = ", ".join(sorted(self._tasks))
            error = LookupError(f"this worker has no task {assignment.action_id!r}; it has: {known}")
            return _failed(error, assignment, final=True)
        owner = f"task {task.name!r}, run {assignment.task_run_id}"
        try:
            envelope = cast(dict[str, object], json.loads(assignment.payload) if assignment.payload else {})
            value = _read_input(task, envelope.get("input"), owner)
            context = self._make_context(task, assignment, envelope)
            execution.context = context
            if execution.cancelled:
                context.mark_cancelled()
            result = await self._call(task, value, context)
            return Outcome(OutcomeKind.COMPLETED, task.output.dump_output(result, owner))
        except asyncio.CancelledError as error:
            if execution.cancelled:
                raise
            return _failed(error, assignment, final=False)
        except (OutputError, InputError) as error:
            return _failed(error, assignment, final=True)  # another attempt would meet the same value
        except NonRetryableError as error:
            return _failed(error, assignment, final=True)
        except (
            Exception,
            SystemExit,
        ) as error:  # the user's code may raise anything; it fails the attempt, not the worker
            return _failed(error, assignment, final=False)

    def _make_context(
        self, task: Task[Any, Any], assignment: Assignment, envelope: Mapping[str, object]
    ) -> Context[Any]:
        kind = DurableContext if task.is_durable else Context
        context: Context[Any] = kind(
            assignment,
            envelope,
            self._gateway,
            self.worker,
            workflow_name=task.workflow.name,
            retries=task.spec.retries,
            lifespan=self._lifespan,
        )
        current_scope.set(
            Scope(
                workflow_run_id=assignment.workflow_run_id,
                task_run_id=assignment.task_run_id,
                retry_count=assignment.retry_count,
                worker_id=self.worker.worker_id,
                additional_metadata=context.additional_metadata,
                handler_loop=self._loop,
                logs=self.worker.logs,
            )
        )
        return context

    async def _call(self, task: Task[Any, Any], value: object, context: Context[Any]) -> object:
        if not task.dependencies:
            return await self._call_handler(task, value, context, {})
        async with AsyncExitStack() as stack:
            extra = await provide_all(task.dependencies, value, context, stack, self._in_thread)
            return await self._call_handler(task, value, context, extra)

    async def _call_handler(
        self, task: Task[Any, Any], value: object, context: Context[Any], extra: Mapping[str, object]
    ) -> object:
        if task.is_async_function:
            return await task.function(value, context, **extra)
        return await self._in_thread(functools.partial(task.function, value, context, **extra))

    async def _in_thread(self, function: Callable[[], object]) -> object:
        """Call a sync function in the worker's own threads, with the context variables of the attempt."""
        call = functools.partial(self._counted, function)
        return await self._loop.run_in_executor(self._pool, contextvars.copy_context().run, call)

    def _counted(self, function: Callable[[], object]) -> object:
        with self._counting:
            self.busy_threads += 1
        try:
            return function()
        finally:
            with self._counting:
                self.busy_threads -= 1

    def used_slots(self) -> dict[str, int]:
        """Slots that are taken by what is being executed, by kind."""
        used: dict[str, int] = {}
        for execution in list(self._running.values()):
            task = self._tasks.get(execution.assignment.action_id)
            if task is not None and not (execution.context is not None and execution.context.slot_was_released):
                kind = "durable" if task.is_durable else "default"
                used[kind] = used.get(kind, 0) + 1
        return used

    def who_runs(self) -> str:
        """In words: whose code the loop of async handlers executes now. From any thread."""
        current = asyncio.current_task(self._loop)
        for execution in list(self._running.values()):
            if execution.task is current and current is not None:
                assignment = execution.assignment
                return f"the async task {assignment.task_name!r} (run {assignment.task_run_id})"
        return f"the coroutine {current.get_name()!r}" if current is not None else "a callback"

    def stop(self) -> None:
        """Cancel what still runs, and let go of the threads."""
        for execution in list(self._running.values()):
            execution.cancelled = True
            if execution.context is not None:
                execution.context.mark_cancelled()
            self._cancel_coroutine(execution)
        self._pool.shutdown(wait=False, cancel_futures=True)


def _read_input(task: Task[Any, Any], value: object, owner: str) -> object:
    try:
        return task.input.load_object({} if value is None else value)
    except ValidationError as error:
        raise InputError(f"the input of {owner} does not fit its declared type: {error}") from error


def _failed(error: BaseException, assignment: Assignment, *, final: bool) -> Outcome:
    text = tracebacks.describe(error, assignment.task_run_id)
    return Outcome(OutcomeKind.FAILED, text.encode("utf-8", "replace"), should_not_retry=final)

"""Runs attempts: input, context, dependencies, handler, outcome. Lives on the loop of the user's async handlers."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, cast

from hatchet.context.context import Context, WorkerFacts
from hatchet.context.durable import DurableContext
from hatchet.definitions.provision import provide_all
from hatchet.definitions.task import Task
from hatchet.errors import InputError, NonRetryableError, OutputError, RetryAfterError
from hatchet.hooks import Hooks, TaskEnd, tell, through_task
from hatchet.wire import tracebacks
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment, Batch, Outcome, OutcomeKind
from hatchet.worker import batches
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
    cancelled_members: set[str] = field(default_factory=set[str])
    """Of a batch: its runs that were cancelled."""


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
        hooks: Hooks,
    ) -> None:
        self._tasks = tasks
        self._hooks = hooks
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

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that runs async handlers."""
        return self._loop

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
        else:
            self._cancel_member(item[0])

    def _cancel_member(self, task_run_id: str) -> None:
        """A run of a batch was cancelled: the others go on, and the call ends when there are none."""
        for execution in self._running.values():
            batch = execution.assignment.batch
            if batch is not None and task_run_id in batch.members:
                execution.cancelled_members.add(task_run_id)
                if len(execution.cancelled_members) == len(batch.members):
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
        began = time.perf_counter()
        error: BaseException | None = None
        try:
            return await self._completed(execution)
        except BaseException as raised:  # the user's code may raise anything; it fails the attempt, not the worker
            error = raised
            return _failure(raised, execution)
        finally:
            if self._hooks.task_ended and execution.context is not None:
                self._tell_end(execution, execution.context, error, time.perf_counter() - began)

    async def _completed(self, execution: Execution) -> Outcome:
        assignment = execution.assignment
        task = self._tasks.get(assignment.action_id)
        if task is None:
            known = ", ".join(sorted(self._tasks))
            raise NonRetryableError(f"this worker has no task {assignment.action_id!r}; it has: {known}")
        if assignment.batch is not None:
            return await self._completed_batch(execution, task, assignment.batch)
        owner = f"task {task.name!r}, run {assignment.task_run_id}"
        envelope = cast(dict[str, object], json.loads(assignment.payload) if assignment.payload else {})
        value = task.read_input(envelope.get("input"), owner)
        result = await self._result(execution, task, value, self._make_context(task, assignment, envelope))
        return Outcome(OutcomeKind.COMPLETED, task.output.dump_output(result, owner))

    async def _completed_batch(self, execution: Execution, task: Task[Any, Any], batch: Batch) -> Outcome:
        inputs, members = batches.read_inputs(
            batch, lambda value, run_id: task.read_input(value, f"task {task.name!r}, run {run_id}"), _failed
        )
        if inputs:
            context = self._make_context(task, execution.assignment, {})
            result = await self._result(execution, task, inputs, context)
            members |= batches.outcomes(task, inputs, result, _failed)
        return Outcome(OutcomeKind.COMPLETED, members=members)

    async def _result(self, execution: Execution, task: Task[Any, Any], value: object, context: Context[Any]) -> object:
        execution.context = context
        if execution.cancelled:
            context.mark_cancelled()
        if self._hooks.on_tasks:
            return await self._call_hooked(task, value, context)
        return await self._call(task, value, context)

    async def _call_hooked(self, task: Task[Any, Any], value: object, context: Context[Any]) -> object:
        tell(self._hooks.task_started, lambda hook: hook.task_started(context))
        return await through_task(
            self._hooks.around_task, context, value, lambda changed: self._call(task, changed, context)
        )

    def _tell_end(
        self, execution: Execution, context: Context[Any], error: BaseException | None, seconds: float
    ) -> None:
        status: Literal["completed", "failed", "cancelled"] = "failed" if error is not None else "completed"
        end = TaskEnd("cancelled" if execution.cancelled else status, seconds, error)
        tell(self._hooks.task_ended, lambda hook: hook.task_ended(context, end))

    def _make_context(
        self, task: Task[Any, Any], assignment: Assignment, envelope: Mapping[str, object]
    ) -> Context[Any]:
        kind = DurableContext if task.is_durable else Context
        worker = self.worker
        if assignment.batch is not None and worker.logs is not None:
            worker = replace(worker, logs=batches.BatchLogs(worker.logs, list(assignment.batch.members)))
        context: Context[Any] = kind(
            assignment,
            envelope,
            self._gateway,
            worker,
            workflow_name=task.workflow.name,
            retries=task.spec.retries,
            lifespan=self._lifespan,
        )
        context.enter()
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

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being executed."""
        return not self._running

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


def _failure(error: BaseException, execution: Execution) -> Outcome:
    """The outcome of an attempt that raised; what is none of the task's doing is raised again."""
    if isinstance(error, asyncio.CancelledError):
        if execution.cancelled:
            raise error
    elif not isinstance(error, Exception | SystemExit):
        raise error
    assignment = execution.assignment
    outcome = _failed(error, assignment.task_run_id)
    if assignment.batch is None:
        return outcome
    return replace(outcome, members={run_id: _failed(error, run_id) for run_id in assignment.batch.members})


def _failed(error: BaseException, task_run_id: str) -> Outcome:
    # Another attempt would meet the same input, and most likely give the same output.
    final = isinstance(error, InputError | OutputError | NonRetryableError)
    after = error.after_ms if isinstance(error, RetryAfterError) else None
    text = tracebacks.describe(error, task_run_id)
    return Outcome(OutcomeKind.FAILED, text.encode("utf-8", "replace"), should_not_retry=final, retry_after_ms=after)

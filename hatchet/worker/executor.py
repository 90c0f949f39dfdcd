"""Runs attempts: input, context, dependencies, handler, outcome. Lives on the loop of the user's async handlers."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast

from hatchet._lazy import Deferred
from hatchet.context.context import Context, WorkerFacts
from hatchet.definitions.provision import provided
from hatchet.definitions.task import Task
from hatchet.errors import NonRetryableError
from hatchet.hooks import Hooks, TaskEnd, tell, through_task
from hatchet.scope import LogSink
from hatchet.transport.threads import Threads
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment, AttemptKey, Batch, Outcome, OutcomeKind
from hatchet.worker import batches, outcomes
from hatchet.worker.execution import Done, Execution
from hatchet.worker.mailbox import Mailbox
from hatchet.worker.options import DurableOptions
from hatchet.worker.room import Room
from hatchet.worker.threads import TaskThreads, end_if_forked

if TYPE_CHECKING:
    from hatchet.context import durable as durables
    from hatchet.context.durable import DurableContext
    from hatchet.wire.durable_values import Invocation
    from hatchet.worker.durable_runs import DurableRuns
else:
    durables = Deferred("hatchet.context.durable")  # only programs with durable tasks need it

logger: Final = logging.getLogger("hatchet")

CANCEL_GRACE = 1.0  # s between the flag that a task can look at and the cancellation of its coroutine
NOTICE_AFTER = 1.0  # s that a coroutine may take for its cancellation before it is named in the log

T = TypeVar("T")


class Executor:
    """Executes assignments with the tasks of one worker."""

    def __init__(
        self,
        tasks: Mapping[str, Task[Any, Any]],
        gateway: Gateway,
        *,
        slots: Mapping[str, int],
        lifespan: object,
        context: contextvars.Context,
        hooks: Hooks,
        on_room: Callable[[bool], None],
        name: str,
        durable: DurableOptions,
    ) -> None:
        """`name` is the worker's."""
        self._tasks = tasks
        self._hooks = hooks
        self._gateway = gateway
        self._lifespan = lifespan
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._pid = os.getpid()
        self._threads: Threads = gateway.io.threads or TaskThreads("hatchet-task")
        self.room: Room = Room(gateway, slots, on_room)
        """Its slots."""
        self._running: dict[AttemptKey, Execution] = {}
        self._inbox: Mailbox[Callable[[], None]] = Mailbox(self._loop, lambda handle: handle())
        self.durable: DurableRuns | None = self._durable_runs(name, slots.get("durable", 0), durable)
        """The logs of its durable tasks, if it has any."""
        self.worker: WorkerFacts = WorkerFacts("", {})
        """Who executes; `identify` sets it."""

    def _durable_runs(self, name: str, slots: int, options: DurableOptions) -> DurableRuns | None:
        if not any(task.is_durable for task in self._tasks.values()):
            return None
        from hatchet.worker.durable_runs import DurableRuns  # only for workers that have such tasks

        return DurableRuns(self._gateway, name, slots, self.suspend, options)

    def identify(self, worker_id: str, labels: dict[str, str | int], logs: LogSink) -> None:
        """The engine has given the worker an id; from any thread."""
        self.worker = WorkerFacts(worker_id, labels, logs, slot_released=self._release_slot)

    def submit(self, assignment: Assignment, done: Done) -> None:
        """Execute an assignment; from any thread."""
        self._inbox.put(functools.partial(self._begin, Execution(assignment, done)))

    def cancel(self, key: AttemptKey) -> None:
        """Cancel an attempt, if it is being executed; from any thread."""
        self._inbox.put(functools.partial(self._cancel_by_key, key))

    def suspend(self, invocation: Invocation) -> None:
        """End the code of a durable task that goes on elsewhere, and report nothing of it; from any thread."""
        self._inbox.put(functools.partial(self._suspend, invocation))

    def _suspend(self, invocation: Invocation) -> None:
        for key, execution in self._running.items():
            if (key[0], key[2] or 1) == invocation and not execution.cancelled:
                execution.cancelled = execution.suspended = True
                if execution.task is not None and not execution.in_thread:
                    execution.task.cancel()

    def _release_slot(self, key: AttemptKey) -> None:
        """An attempt has given its slot back and goes on; from any thread."""
        self._inbox.put(lambda: self._released(key))

    def _released(self, key: AttemptKey) -> None:
        if (execution := self._running.get(key)) is not None:
            self.room.leave(execution)

    def _begin(self, execution: Execution) -> None:
        self._running[execution.assignment.key] = execution
        # The context in which the worker was started: its variables reach every handler.
        context = self._context.copy()
        execution.task = self._loop.create_task(self._execute(execution), name=execution.name, context=context)

    # -- cancellation

    def _cancel_by_key(self, key: AttemptKey) -> None:
        execution = self._running.get(key)
        # A cancellation says nothing of the invocation of a durable task.
        found = [execution] if execution else [each for known, each in self._running.items() if known[:2] == key[:2]]
        for each in found:
            self._cancel(each)
        if found:
            return
        # A run of a batch was cancelled: the others go on, and the call ends when there are none. A batch does not say
        # which attempts of its runs they are; where a run is in two, the older one is cancelled first.
        run_id = key[0]
        for each in self._running.values():
            batch = each.assignment.batch
            if batch is not None and run_id in batch.members and run_id not in each.cancelled_members:
                each.cancelled_members.add(run_id)
                if len(each.cancelled_members) == len(batch.members):
                    self._cancel(each)
                return

    def _cancel(self, execution: Execution) -> None:
        if execution.cancelled:
            return
        execution.cancelled = True
        if execution.context is not None:
            execution.context.mark_cancelled()
        self.room.cancelled(execution)
        self._loop.call_later(CANCEL_GRACE, self._cancel_coroutine, execution)

    def _cancel_coroutine(self, execution: Execution) -> None:
        if execution.task is None or execution.task.done():
            return
        execution.task.cancel()
        if execution.in_thread:
            logger.warning(
                "%s was cancelled or has timed out, and its function goes on; it keeps its slot until the function "
                "ends. A long sync task should look at ctx.is_cancelled now and then", execution.name,
            )  # fmt: skip
        else:
            self._loop.call_later(NOTICE_AFTER, self._notice, execution)

    def _notice(self, execution: Execution) -> None:
        if execution.task is not None and not execution.task.done():
            logger.warning(
                "%s was cancelled or has timed out, and goes on: it does not let CancelledError end it", execution.name
            )

    # -- execution

    async def _execute(self, execution: Execution) -> None:
        outcome: Outcome | None = None
        error: BaseException | None = None
        began = time.perf_counter()
        try:
            task = self._task_of(execution.assignment)
            execution.slots = task.slot_requests if execution.assignment.batch is None else {"default": 1}
            await self.room.enter(execution)
            if execution.cancelled:  # before it began: there is nothing to execute any more
                return
            outcome = await self._completed(execution, task)
        except BaseException as raised:  # the user's code may raise anything; it fails the attempt, not the worker
            error = raised
            outcome = outcomes.failure(raised, execution.assignment)
        finally:
            end_if_forked(self._pid, error)
            self._ended(execution, outcome, error, time.perf_counter() - began)

    def _ended(
        self, execution: Execution, outcome: Outcome | None, error: BaseException | None, seconds: float
    ) -> None:
        try:
            if self._hooks.task_ended and execution.context is not None:
                self._tell_end(execution, execution.context, error or execution.fault, seconds)
        except BaseException as raised:  # a hook may raise anything, too
            logger.exception("a hook failed at the end of %s", execution.name)
            outcome = outcomes.failure(raised, execution.assignment)
        finally:
            self._running.pop(execution.assignment.key, None)
            if execution.session is not None and self.durable is not None:
                self.durable.end(execution.session, None if execution.cancelled else outcome)
            self.room.leave(execution)
            # A cancelled attempt is settled at the engine; what its coroutine made of the cancellation is not news.
            execution.done(None if execution.cancelled else outcome)

    def _task_of(self, assignment: Assignment) -> Task[Any, Any]:
        task = self._tasks.get(assignment.action_id)
        if task is None:
            known = ", ".join(sorted(self._tasks))
            raise NonRetryableError(f"this worker has no task {assignment.action_id!r}; it has: {known}")
        return task

    # -- one attempt

    async def _completed(self, execution: Execution, task: Task[Any, Any]) -> Outcome:
        assignment = execution.assignment
        if assignment.batch is not None:
            return await self._completed_batch(execution, task, assignment.batch)
        owner = f"task {task.name!r}, run {assignment.task_run_id}"
        envelope = cast(dict[str, object], json.loads(assignment.payload) if assignment.payload else {})
        context = self._begun(execution, task, envelope)
        value = task.read_input(envelope.get("input"), owner)
        result = await self._result(execution, task, value, context)
        return Outcome(OutcomeKind.COMPLETED, task.send_output(result, owner))

    async def _completed_batch(self, execution: Execution, task: Task[Any, Any], batch: Batch) -> Outcome:
        context = self._begun(execution, task, {})
        inputs, faults = batches.read_inputs(
            batch, lambda value, run_id: task.read_input(value, f"task {task.name!r}, run {run_id}")
        )
        members = {run_id: outcomes.failed(error, run_id) for run_id, error in faults.items()}
        if inputs:
            result = await self._result(execution, task, inputs, context)
            members |= batches.outcomes(task, inputs, result, outcomes.failed)
        else:
            execution.fault = next(iter(faults.values()), None)
        return Outcome(OutcomeKind.COMPLETED, members=members)

    def _begun(self, execution: Execution, task: Task[Any, Any], envelope: Mapping[str, object]) -> Context[Any]:
        """The context of an attempt, which the hooks hear of now: also of one whose input is not valid."""
        execution.context = context = self._make_context(task, execution, envelope)
        if self._hooks.task_started:
            tell(self._hooks.task_started, lambda hook: hook.task_started(context))
        return context

    async def _result(self, execution: Execution, task: Task[Any, Any], value: object, context: Context[Any]) -> object:
        if not self._hooks.around_task:
            return await self._call(execution, task, value, context)
        return await through_task(
            self._hooks.around_task, context, value, lambda changed: self._call(execution, task, changed, context)
        )

    def _tell_end(
        self, execution: Execution, context: Context[Any], error: BaseException | None, seconds: float
    ) -> None:
        status: Literal["completed", "failed", "cancelled", "evicted"] = "failed" if error is not None else "completed"
        if execution.cancelled:
            status = "evicted" if execution.suspended else "cancelled"
        end = TaskEnd(status, seconds, error)
        tell(self._hooks.task_ended, lambda hook: hook.task_ended(context, end))

    def _make_context(self, task: Task[Any, Any], execution: Execution, envelope: Mapping[str, object]) -> Context[Any]:
        kind: type[Context[Any]] = durables.DurableContext if task.is_durable else Context
        assignment = execution.assignment
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
        if task.is_durable and self.durable is not None:
            durable = cast("DurableContext[Any]", context)  # by its kind
            execution.session = self.durable.begin(durable, assignment, task, worker.worker_id)
        context.enter()
        return context

    async def _call(self, execution: Execution, task: Task[Any, Any], value: object, context: Context[Any]) -> object:
        if not task.dependencies:
            return await self._call_handler(execution, task, value, context, {})
        call_sync = functools.partial(self._in_thread, execution)
        async with provided(task.dependencies, value, context, call_sync) as extra:
            return await self._call_handler(execution, task, value, context, extra)

    async def _call_handler(
        self,
        execution: Execution,
        task: Task[Any, Any],
        value: object,
        context: Context[Any],
        extra: Mapping[str, object],
    ) -> object:
        if task.is_async_function:
            return await task.function(value, context, **extra)
        result = await self._in_thread(execution, functools.partial(task.function, value, context, **extra))
        # A sync wrapper around an async function hands its coroutine on.
        return await result if inspect.isawaitable(result) else result

    async def _in_thread(self, execution: Execution, function: Callable[[], T]) -> T:
        """Call a sync function in the worker's own threads, with the context variables of the attempt."""
        execution.in_thread = True
        try:
            return await self._threads.call(function)
        finally:
            execution.in_thread = False
            if execution.cancelled:
                self.room.leave(execution)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being executed."""
        return not self._running

    def who_runs(self) -> str:
        """In words: whose code the loop of async handlers executes now. From any thread."""
        current = asyncio.current_task(self._loop)
        for execution in list(self._running.values()):
            if execution.task is current and current is not None:
                return f"the async {execution.name}"
        return f"the coroutine {current.get_name()!r}" if current is not None else "a callback"

    def still_running(self) -> list[str]:
        """In words: the attempts whose code still runs."""
        return [execution.name for execution in list(self._running.values())]

    async def stop(self, grace: float) -> None:
        """Cancel what still runs, and let go of what does not end within `grace` seconds."""
        left = [execution.task for execution in self._running.values() if execution.task is not None]
        for execution in list(self._running.values()):
            execution.cancelled = True
            if execution.context is not None:
                execution.context.mark_cancelled()
            if execution.task is not None:
                execution.task.cancel()
        if left:
            await asyncio.wait(
                left, timeout=grace
            )  # before the threads go: those that end need them for what they leave
        self._threads.let_go()
        if left:
            await asyncio.wait(left, timeout=grace)
        for task in left:
            if not task.done():
                # asyncio.run waits for every task that it knows of, and would never end.
                asyncio.tasks._unregister_task(task)  # pyright: ignore[reportPrivateUsage]  # documented: "Extending"

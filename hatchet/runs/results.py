"""How a run ended: its outputs, or the error that tells why there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, overload

from hatchet.errors import (
    ApiError,
    InputError,
    NoTaskOutput,
    NotFound,
    ResultTimeout,
    RunCancelled,
    RunFailed,
    TaskFailure,
)
from hatchet.options.outputs import Producer, boxed, load_mapping, name_in_run, plain
from hatchet.runs.waits import watch_of
from hatchet.scope import ChildLog, current_recorder, current_scope, recorder_of_runs
from hatchet.wire import tracebacks
from hatchet.wire.gateway import Gateway

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from hatchet.wire.run_calls import Wait
    from hatchet.wire.values import FinishedRun, RunDetails

R = TypeVar("R")

ANSWER_AT_ONCE = 0.05  # s in which the end of a run that goes on just now would be told
DOUBT_AFTER = 10.0  # s without an end before a child of a workflow that never gave one is asked about
FEW_WAITS = 8  # at the same time; where there are more, one look of the engine serves them all


class WorkflowResult(dict[str, Any]):
    """Outputs of a workflow run: `result[task]` has the type that the task returns, `result["name"]` is JSON.

    It is a dictionary of JSON, so a task may return it. A task without an output in this run raises `NoTaskOutput`,
    which is a `KeyError`, too.
    """

    def __init__(self, outputs: Mapping[str, str], run_id: str = "", workflow: str | None = None) -> None:
        """`workflow` is the workflow's name, where it is known."""
        super().__init__((name, plain(text)) for name, text in outputs.items())
        self._outputs = dict(outputs)
        self._run = f"run {run_id}" if run_id else "this run"
        self._workflow = workflow

    @overload
    def __getitem__(self, key: Producer[R]) -> R: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...
    def __getitem__(self, key: Producer[Any] | str) -> Any:
        name = self._name(key)
        if isinstance(key, str):
            return super().__getitem__(name)
        if self.was_skipped(key):
            raise NoTaskOutput(f"task {key.name!r} was skipped in {self._run}; ask result.was_skipped(task) first")
        return key.load_output(self._outputs[name])

    def was_skipped(self, task: Producer[Any] | str) -> bool:
        """Whether a task was skipped, so that it has no output of its own.

        Raises:
            NoTaskOutput: the run has no such task.
        """
        return load_mapping(self._outputs[self._name(task)]) == {"skipped": True}

    def _name(self, task: Producer[Any] | str) -> str:
        """The key of a task that the run has an output of."""
        name = task if isinstance(task, str) else name_in_run(task, self._run, self._workflow)
        if name not in self._outputs:
            whose = f" of workflow {self._workflow!r}" if self._workflow else ""
            raise NoTaskOutput(
                f"{self._run}{whose} has no output of task {name!r}; it has: {', '.join(self._outputs) or 'none'}"
            )
        return name

    def __repr__(self) -> str:
        return f"WorkflowResult({dict(self)!r})"

    @classmethod
    def _of(cls, values: Mapping[str, Any]) -> WorkflowResult:
        return cls({name: boxed(value) for name, value in values.items()})

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema  # loaded, as pydantic asks

        read = core_schema.no_info_after_validator_function(cls._of, core_schema.dict_schema(core_schema.str_schema()))
        return core_schema.union_schema([core_schema.is_instance_schema(cls), read], mode="left_to_right")


async def outputs_of(
    gateway: Gateway, run_id: str, timeout: float | None, workflow: str | None = None
) -> dict[str, str]:
    """The output texts of a run's tasks by name, once the run has ended. Runs on the I/O loop.

    Raises:
        RunFailed: a task of it failed.
        RunCancelled: it was cancelled.
        ResultTimeout: it did not end within `timeout` seconds.
        NotFound: the engine has no such run.
        InputError: `timeout` is no number.
    """
    is_number = isinstance(timeout, int | float) and timeout == timeout
    if timeout is not None and not is_number:  # callers without a checker
        raise InputError(f"timeout is {timeout!r}; write seconds, or None to wait as long as the run lasts")
    recorder = recorder_of_runs()
    if recorder is not None:
        return recorder.outputs(run_id)
    scope = current_scope.get()
    if scope is not None and scope.log is not None and scope.log.knows(run_id):
        return await _of_child(gateway, scope.log, run_id, timeout)
    if (recorder := current_recorder()) is not None:
        return recorder.outputs(run_id)
    wait = watch_of(gateway).begin(run_id, workflow, timeout)
    limit = asyncio.timeout(timeout)
    try:
        async with limit:
            if workflow is not None:
                return await _read(gateway, await gateway.finished(run_id, workflow), wait)
            return await _of_earlier(gateway, run_id, wait)
    except TimeoutError as error:
        if not limit.expired() or isinstance(error, ApiError):
            raise  # a deadline of the engine's is not the caller's
        raise wait.timed_out() from None
    except RunCancelled:
        raise await wait.cancelled() from None
    finally:
        wait.end()


async def _of_child(gateway: Gateway, log: ChildLog, run_id: str, timeout: float | None) -> dict[str, str]:
    """What a child of the durable task that runs here gives, by its log.

    An engine may answer a request for a child that it never makes, and says nothing of it. So the first wait for each
    workflow asks once, after a while, whether its run exists.
    """
    workflow = log.workflow_of(run_id)
    limit, doubted = asyncio.timeout(timeout), asyncio.timeout(None)
    doubt = None if gateway.has_seen(workflow) else _ChildDoubt(gateway, run_id, workflow, doubted)
    try:
        async with limit, doubted:
            outputs = await log.outputs(run_id)
    except TimeoutError as error:
        if doubt is not None and doubt.missing is not None:
            raise doubt.missing from None
        if not limit.expired() or isinstance(error, ApiError):
            raise
        raise ResultTimeout(run_id, timeout or 0) from None
    finally:
        if doubt is not None:
            doubt.end()
    gateway.exists(workflow, run_id)
    return outputs


class _ChildDoubt:
    """Asks, beside a wait for a child that takes long, whether there is such a run; else ends the wait."""

    def __init__(self, gateway: Gateway, run_id: str, workflow: str, wait: asyncio.Timeout) -> None:
        self._gateway = gateway
        self._run = run_id, workflow
        self._wait = wait
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(DOUBT_AFTER, self._begin)
        self.missing: NotFound | None = None
        """Says that there is no such run."""

    def _begin(self) -> None:
        io = self._gateway.io
        io.post(lambda: io.spawn(self._ask(), f"whether child {self._run[0]} exists"))

    async def _ask(self) -> None:
        try:
            await self._gateway.confirm(*self._run)
        except NotFound as error:
            self.missing = error
            self._loop.call_soon_threadsafe(self._over)

    def _over(self) -> None:
        with suppress(RuntimeError):  # the wait has ended
            self._wait.reschedule(self._loop.time())

    def end(self) -> None:
        """The wait is over."""
        self._timer.cancel()


async def all_of(waits: Iterable[Coroutine[Any, Any, R]]) -> list[R]:
    """The results of several waits. When one fails, or this is given up, the others end with it."""
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        return await asyncio.gather(*tasks)
    finally:
        left = [task for task in tasks if not task.done()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)


async def _read(gateway: Gateway, finished: FinishedRun, wait: Wait) -> dict[str, str]:
    if finished.tasks and all(task.error is None for task in finished.tasks):
        return {task.task_name: task.output or "" for task in finished.tasks}
    failures = _failures(finished)
    if failures:
        raise RunFailed(finished.run_id, failures)
    # An empty error text means cancelled, no tasks at all that the answer was too large: the details tell.
    return from_details(await gateway.run_details(finished.run_id, ended=True), wait)


async def _of_earlier(gateway: Gateway, run_id: str, wait: Wait) -> dict[str, str]:
    """The outputs of a run that was started some time ago.

    An engine looks only once a second for subscribed runs that had ended before: too long for who asks for one result
    after the other. So a wait with few beside it asks for the details, once.
    """
    waiting = asyncio.ensure_future(gateway.finished(run_id, run_id))
    try:
        await asyncio.wait([waiting], timeout=ANSWER_AT_ONCE)
        if not waiting.done() and gateway.waits <= FEW_WAITS:
            try:
                details = await gateway.run_details(run_id, once=True)
            except ApiError:
                pass  # the subscription goes on, and tells what there is to tell
            else:
                if details.done:
                    return from_details(details, wait)
                wait.saw(details)
        return await _read(gateway, await waiting, wait)
    finally:
        if not waiting.cancel() and not waiting.cancelled():
            waiting.exception()  # which nobody may have asked for, as the details told of the end


def _failures(finished: FinishedRun) -> list[TaskFailure]:
    return [tracebacks.parse(task.error, task.task_name, task.task_run_id) for task in finished.tasks if task.error]


def from_details(details: RunDetails, wait: Wait) -> dict[str, str]:
    """The output texts of a finished run, from its details; raises like `outputs_of`."""
    wait.saw(details)
    if details.was_cancelled:
        raise RunCancelled(details.run_id)
    if details.has_failed:
        failed = [task for task in details.tasks.values() if task.has_failed]
        raise RunFailed(
            details.run_id, [tracebacks.parse(task.error or "", task.name, task.task_run_id) for task in failed]
        )
    return {name: task.sent or "" for name, task in details.tasks.items()}

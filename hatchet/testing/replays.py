"""`replay`: a recorded history runs against the code of today, without an engine, and says where they part."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, cast, runtime_checkable

from hatchet._dataclasses import dataclass
from hatchet.context.context import WorkerFacts
from hatchet.context.durable import DurableContext
from hatchet.context.durable_actions import Step, diverged
from hatchet.context.durable_history import History as History
from hatchet.definitions.base_task import BaseTask
from hatchet.definitions.mock import MockRecord
from hatchet.definitions.mock_runs import WORKER, MockEngine, call_task
from hatchet.errors import HatchetError, InputError, NonDeterminismError, NotFound
from hatchet.testing.replay_log import HistoryEnds, ReplayLog
from hatchet.wire.durable_values import Refused
from hatchet.wire.values import Assignment, AssignmentKind

if TYPE_CHECKING:
    from uuid import UUID

    from hatchet.client import Hatchet
    from hatchet.definitions.standalone import Standalone
    from hatchet.definitions.workflow import Workflow

Source = History | str | os.PathLike[str]

PATIENCE: Final = 10.0  # s
LOOK: Final = 0.05  # s between two looks at whether the code goes on


@dataclass(frozen=True)
class Replayed:
    """A history that the code of today goes along with."""

    task_run_id: str
    """The run that it is of."""
    entries: int
    """How many entries the code came to."""
    ended: bool
    """Whether the code came to its end; else its history ends before."""
    output: object = None
    """What the code returned."""
    error: Exception | None = None
    """What it raised."""


async def aio_replay(
    history: Source,
    *workflows: Workflow[Any] | Standalone[Any, Any],
    lifespan: object = None,
    dependencies: Mapping[str, object] | None = None,
    patience: float = PATIENCE,
) -> Replayed:
    """Run a recorded history of a durable task against the code of today, without an engine.

    The task gets from the history what it got then. What it starts, pushes and logs goes nowhere; what it does beside
    its durable calls, it does.

    Args:
        history: what a worker or an engine has recorded, or the file of it.
        workflows: those that may have the task; by its name it is found among them.
        lifespan: what `ctx.lifespan` is.
        dependencies: what fills in parameters in place of their dependencies, by name.
        patience: seconds for which the code may ask its log for nothing.

    Raises:
        NonDeterminismError: the code asks for something else than the history has, or for less; names the entry, what
            the history has, what the code asked for, and the line.
        InputError: the history cannot be read, or is of no durable task of these.
        HatchetError: the code asks for nothing any more, and does not end.
    """
    read = history if isinstance(history, History) else load_history(history)
    return await _Replay(read, _find(read, workflows), lifespan, dependencies or {}, patience).run()


def replay(
    history: Source,
    *workflows: Workflow[Any] | Standalone[Any, Any],
    lifespan: object = None,
    dependencies: Mapping[str, object] | None = None,
    patience: float = PATIENCE,
) -> Replayed:
    """Run a recorded history against the code of today; blocks, otherwise as `aio_replay`."""
    running = aio_replay(history, *workflows, lifespan=lifespan, dependencies=dependencies, patience=patience)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(running)
    running.close()
    raise HatchetError("replay would block the loop that runs here; await aio_replay(…)")


def load_history(path: str | os.PathLike[str]) -> History:
    """Read the file of a history.

    Raises:
        InputError: there is none, or it is none.
    """
    try:
        with Path(path).open(encoding="utf-8") as lines:
            return History.of(lines, str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the history {path} cannot be read: {error}") from error


async def aio_history_of(hatchet: Hatchet, task_run_id: str | UUID) -> History:
    """The history of a durable task that an embedded engine in this process has.

    Args:
        hatchet: a client of the engine.
        task_run_id: the task run; for a standalone task the run's id.

    Raises:
        HatchetError: the engine is in another process, which does not give what a history needs; let the worker write
            it down with `record_histories`.
        NotFound: it has no such durable task.
    """
    return await hatchet.io.run(_history_of(hatchet, str(task_run_id)))


def history_of(hatchet: Hatchet, task_run_id: str | UUID) -> History:
    """The history of a durable task that an embedded engine in this process has; blocks, as `aio_history_of`."""
    return hatchet.io.block(_history_of(hatchet, str(task_run_id)), hatchet)


async def _history_of(hatchet: Hatchet, task_run_id: str) -> History:
    local = hatchet.gateway.local
    if not isinstance(local, TellsHistories):
        raise HatchetError(
            "the engine is in another process, and tells no history; let the worker write it down with "
            "hatchet.worker(…, record_histories=folder)"
        )
    lines = local.history(task_run_id)
    if lines is None:
        raise NotFound(f"there is no durable task run {task_run_id}", code="NOT_FOUND", call="history")
    return History.of(lines, f"the history of task run {task_run_id}")


def save_history(history: History, path: str | os.PathLike[str]) -> None:
    """Write a history to a file, in place of what is there."""
    Path(path).write_text("".join(f"{line}\n" for line in history.lines()), encoding="utf-8")


def _find(history: History, workflows: Sequence[Workflow[Any] | Standalone[Any, Any]]) -> BaseTask[Any, Any]:
    attempt = history.attempt
    for workflow in workflows:
        if workflow.name == attempt.workflow:
            for task in workflow.tasks:
                if task.name == attempt.task and task.is_durable:
                    return task
    known = ", ".join(workflow.name for workflow in workflows) or "none"
    raise InputError(
        f"the history is of the durable task {attempt.task!r} of workflow {attempt.workflow!r}, and there is none "
        f"among {known}"
    )


@runtime_checkable
class TellsHistories(Protocol):
    """An engine in this process, as far as it has histories."""

    def history(self, task_run_id: str) -> list[str] | None:
        """The lines of a durable task's history; None where there is no such task."""
        ...


class _ReplayEngine(MockEngine):
    """Takes what a replay does beside its log; children are the log's."""

    keeps_children: bool = False


class _Replay:
    def __init__(
        self,
        history: History,
        task: BaseTask[Any, Any],
        lifespan: object,
        dependencies: Mapping[str, object],
        patience: float,
    ) -> None:
        self._history = history
        self._task = task
        self._dependencies = dependencies
        self._patience = patience
        attempt = history.attempt
        self._owner = f"the replay of {task.name!r}, run {attempt.task_run_id}"
        self._envelope = cast(dict[str, object], json.loads(attempt.payload))
        engine = _ReplayEngine(self._owner, MockRecord(), {})
        self._context: DurableContext[Any] = DurableContext(
            self._assignment(),
            self._envelope,
            engine,
            WorkerFacts(WORKER, {}, engine, recorder=engine),
            workflow_name=task.workflow.name,
            retries=task.spec.retries,
            lifespan=lifespan,
        )
        engine.context = self._context
        self._log = ReplayLog(history, is_async=task.is_async_function)
        self._context.use(self._log.session, task.workflow.client.config.apply_namespace)

    def _assignment(self) -> Assignment:
        attempt = self._history.attempt
        return Assignment(
            kind=AssignmentKind.START,
            action_id=self._task.action_id,
            task_id=attempt.task_run_id,
            task_name=self._task.name,
            task_run_id=attempt.task_run_id,
            workflow_run_id=attempt.workflow_run_id,
            retry_count=attempt.retry_count,
            additional_metadata=attempt.additional_metadata,
            priority=attempt.priority,
        )

    async def run(self) -> Replayed:
        value = self._task.read_input(self._envelope.get("input"), self._owner)
        code = asyncio.create_task(self._call(value))
        try:
            await self._until_over(code)
        finally:
            if not code.done():
                self._log.end(HistoryEnds())
                code.cancel()
            await asyncio.wait([code])
        if self._log.parted is not None:
            if not code.cancelled():
                code.exception()  # what became of it is of no account
            raise self._log.parted
        return self._outcome(code)

    async def _call(self, value: object) -> object:
        call = call_task(self._task, value, self._context, self._dependencies)
        if self._task.is_async_function:
            return await call
        return await asyncio.to_thread(asyncio.run, call)  # its calls block, and are answered here

    async def _until_over(self, code: asyncio.Task[object]) -> None:
        loop = asyncio.get_running_loop()
        waits: list[asyncio.Future[Any]] = [code, self._log.over]
        moves, since = self._log.moves, loop.time()
        while not (code.done() or self._log.over.done()):
            await asyncio.wait(waits, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
            if moves != self._log.moves:
                moves, since = self._log.moves, loop.time()
            elif loop.time() - since > self._patience:
                self._check_entries(f"waits for {self._log.waits_for or 'something beside its log'}")
                raise HatchetError(
                    f"{self._owner} has asked its log for nothing for {self._patience:g} s, and has not ended; raise "
                    "patience where the code takes so long beside its durable calls"
                )

    def _outcome(self, code: asyncio.Task[object]) -> Replayed:
        run_id, nodes = self._history.attempt.task_run_id, self._log.nodes
        error = None if code.cancelled() else code.exception()
        if code.cancelled() or isinstance(error, HistoryEnds):
            return Replayed(run_id, nodes, ended=False)
        if error is not None and not isinstance(error, Exception):
            raise error
        if not isinstance(error, NonDeterminismError):
            self._check_entries("has ended" if error is None else f"has raised {error!r}")
        output = None if error is not None else code.result()
        return Replayed(run_id, nodes, ended=True, output=output, error=error)

    def _check_entries(self, now: str) -> None:
        """The code must come to all entries that the history has."""
        left = self._log.left
        if left is None:
            return
        message = f"\n  the history has: {left}\n  the code {now}"
        log = self._log.log
        raise diverged(log.invocation, Refused(left.place, message), Step("asked for"), log.steps)

"""What a worker has taken on: attempts, from assignment to the delivery of the outcome. Lives on the I/O loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from hatchet._dataclasses import NamedTuple, dataclass
from hatchet.wire.values import Assignment, AssignmentKind, AttemptKey, Outcome
from hatchet.worker.executor import Executor
from hatchet.worker.log_capture import LogSender
from hatchet.worker.mailbox import Mailbox
from hatchet.worker.reporter import Reporter

logger: Final = logging.getLogger("hatchet")

RUNS_SHOWN = 10  # ids of task runs in a message


class Left(NamedTuple):
    """Task runs that a worker leaves at its end, by their ids; the engine does not know how they ended."""

    running: list[str]
    """Those whose code still runs."""
    undelivered: list[str]
    """Those that have ended, and whose outcome did not arrive."""

    @property
    def task_run_ids(self) -> list[str]:
        """All of them."""
        return self.running + self.undelivered

    def tell(self, what: str, *, even_if_none: bool) -> None:
        """Name them in the log; `what` is the worker and why it leaves them."""
        if self.task_run_ids or even_if_none:
            logger.error(
                "%s; the engine hands the %d task runs that it leaves to other workers: %s",
                what, len(self.task_run_ids), _shown(self.task_run_ids),
            )  # fmt: skip
        if self.undelivered:
            logger.warning(
                "%d of them had ended, and are executed once more, since their outcomes did not reach the engine: %s",
                len(self.undelivered), _shown(self.undelivered),
            )  # fmt: skip


@dataclass(eq=False, slots=True)
class _Attempt:
    """One attempt that is not settled."""

    assignment: Assignment
    worker_id: str
    """The id under which the engine sent it."""
    outcome: Outcome | None = None
    """What has to be delivered, once that is known."""
    cancelled: bool = False
    """Whether the engine has cancelled it, and waits for no outcome."""


class Attempts:
    """Hands assignments to the executor and their outcomes to the reporter."""

    def __init__(
        self, executor: Executor, reporter: Reporter, logs: LogSender, on_settled: Callable[[Assignment], None]
    ) -> None:
        self._executor = executor
        self._reporter = reporter
        self._logs = logs
        self._on_settled = on_settled
        self._open: dict[AttemptKey, _Attempt] = {}
        self._tasks: dict[_Attempt, asyncio.Task[None]] = {}
        self._outbox: Mailbox[tuple[asyncio.Future[Outcome | None], Outcome | None]] = Mailbox(
            asyncio.get_running_loop(), _resolve
        )

    def __len__(self) -> int:
        return len(self._open)

    def take(self, assignment: Assignment, worker_id: str) -> None:
        """What the engine wants of the worker; `worker_id` is the id under which it was sent."""
        if assignment.kind is AssignmentKind.CANCEL:
            for key, known in self._open.items():
                if key[:2] == assignment.key[:2]:  # it says nothing of the invocation of a durable task
                    known.cancelled = True
            self._executor.cancel(assignment.key)
        elif assignment.kind is AssignmentKind.OTHER:
            logger.error("an assignment of a kind that this client does not know was left alone: %s", assignment)
        elif assignment.key not in self._open:  # a repeated delivery is the same attempt
            self._open[assignment.key] = attempt = _Attempt(assignment, worker_id)
            task = asyncio.get_running_loop().create_task(self._run(attempt, self._submit(assignment)))
            self._tasks[attempt] = task
            task.add_done_callback(lambda task: self._settled(attempt, task))

    def unsettled(self, worker_id: str) -> frozenset[AttemptKey]:
        """Those that were sent under an id, and of whose end the engine may not know yet."""
        return frozenset(key for key, attempt in self._open.items() if attempt.worker_id == worker_id)

    async def finished(self, worker_id: str | None = None) -> None:
        """Wait until attempts have ended and their outcomes are delivered, those that are taken meanwhile too.

        All of them, or those that were sent under one id.
        """
        while tasks := [task for each, task in self._tasks.items() if worker_id in (None, each.worker_id)]:
            await asyncio.wait(tasks)

    async def give_up(self, grace: float) -> Left:
        """Let the outcomes that there are be delivered for `grace` seconds; after that deliver none."""
        ended = [task for each, task in self._tasks.items() if each.outcome is not None]
        if ended and grace:
            await asyncio.wait(ended, timeout=grace)
        left = dict(self._tasks)
        for task in left.values():
            task.cancel()
        if left:
            await asyncio.wait(left.values())
        awaited = [each for each in left if not each.cancelled]
        return Left(
            running=[run_id for each in awaited if each.outcome is None for run_id in each.assignment.task_run_ids],
            undelivered=[
                run_id for each in awaited if each.outcome is not None for run_id in each.assignment.task_run_ids
            ],
        )

    def _submit(self, assignment: Assignment) -> asyncio.Future[Outcome | None]:
        """Hand it to the executor, at once: a cancellation that came with it must not overtake it."""
        outcome: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        outbox = self._outbox
        self._executor.submit(assignment, lambda value: outbox.put((outcome, value)))
        return outcome

    async def _run(self, attempt: _Attempt, outcome: asyncio.Future[Outcome | None]) -> None:
        await self._reporter.started(attempt.assignment)
        attempt.outcome = await outcome
        if attempt.outcome is not None:
            await self._reporter.deliver(attempt.assignment, attempt.outcome)

    def _settled(self, attempt: _Attempt, task: asyncio.Task[None]) -> None:
        assignment = attempt.assignment
        self._open.pop(assignment.key, None)
        self._tasks.pop(attempt, None)
        for task_run_id in assignment.task_run_ids:
            self._logs.ended(task_run_id, assignment.retry_count)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error(
                "attempt %s of task run %s was lost", assignment.retry_count + 1, assignment.task_run_id, exc_info=error
            )
        self._on_settled(assignment)


def _resolve(settled: tuple[asyncio.Future[Outcome | None], Outcome | None]) -> None:
    future, value = settled
    if not future.done():
        future.set_result(value)


def _shown(run_ids: list[str]) -> str:
    return ", ".join(run_ids[:RUNS_SHOWN]) + (", …" if len(run_ids) > RUNS_SHOWN else "") or "none"

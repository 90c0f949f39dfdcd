"""What a worker has taken on: attempts, from assignment to the delivery of the outcome. Lives on the I/O loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from hatchet.wire.values import Assignment, AssignmentKind, Outcome
from hatchet.worker.executor import Executor
from hatchet.worker.log_capture import LogSender
from hatchet.worker.mailbox import Mailbox
from hatchet.worker.reporter import Reporter

logger: Final = logging.getLogger("hatchet")


class Attempts:
    """Hands assignments to the executor and their outcomes to the reporter."""

    def __init__(
        self, executor: Executor, reporter: Reporter, logs: LogSender, on_settled: Callable[[Assignment], None]
    ) -> None:
        self._executor = executor
        self._reporter = reporter
        self._logs = logs
        self._on_settled = on_settled
        self._running: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._owners: dict[tuple[str, int], str] = {}
        self._outbox: Mailbox[tuple[asyncio.Future[Outcome | None], Outcome | None]] = Mailbox(
            asyncio.get_running_loop(), _resolve
        )

    def __len__(self) -> int:
        return len(self._running)

    def take(self, assignment: Assignment, worker_id: str) -> None:
        """What the engine wants of the worker; `worker_id` is the id under which it was sent."""
        if assignment.kind is AssignmentKind.CANCEL:
            self._executor.cancel(assignment.key)
        elif assignment.kind is AssignmentKind.OTHER:
            logger.error("an assignment of a kind that this client does not know was left alone: %s", assignment)
        elif assignment.key not in self._running:  # a repeated delivery is the same attempt
            attempt = asyncio.get_running_loop().create_task(self._attempt(assignment, self._submit(assignment)))
            self._running[assignment.key] = attempt
            self._owners[assignment.key] = worker_id
            attempt.add_done_callback(lambda task: self._settled(assignment, task))

    async def finished(self, worker_id: str | None = None) -> None:
        """Wait until attempts have ended and their outcomes are delivered, those that are taken meanwhile too.

        All of them, or those that were sent under one id.
        """
        while open_ones := [
            attempt for key, attempt in self._running.items() if worker_id in (None, self._owners.get(key))
        ]:
            await asyncio.wait(open_ones)

    def task_run_ids(self) -> list[str]:
        """What is still under way."""
        return [task_run_id for task_run_id, _ in self._running]

    def _submit(self, assignment: Assignment) -> asyncio.Future[Outcome | None]:
        """Hand it to the executor, at once: a cancellation that came with it must not overtake it."""
        outcome: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        outbox = self._outbox
        self._executor.submit(assignment, lambda value: outbox.put((outcome, value)))
        return outcome

    async def _attempt(self, assignment: Assignment, outcome: asyncio.Future[Outcome | None]) -> None:
        await self._reporter.started(assignment)
        result = await outcome
        if result is not None:
            await self._reporter.deliver(assignment, result)

    def _settled(self, assignment: Assignment, attempt: asyncio.Task[None]) -> None:
        self._running.pop(assignment.key, None)
        self._owners.pop(assignment.key, None)
        self._logs.ended(*assignment.key)
        if not attempt.cancelled() and (error := attempt.exception()) is not None:
            logger.error(
                "attempt %s of task run %s was lost", assignment.retry_count + 1, assignment.task_run_id, exc_info=error
            )
        self._on_settled(assignment)


def _resolve(settled: tuple[asyncio.Future[Outcome | None], Outcome | None]) -> None:
    future, value = settled
    if not future.done():
        future.set_result(value)

"""Tells the engine what became of attempts, until it has heard it. Lives on the I/O loop."""

from __future__ import annotations

import logging
from typing import Final

from hatchet.errors import ApiError, PayloadTooLarge
from hatchet.transport.retry import Backoff, RetryPolicy, Tries
from hatchet.wire import versions
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment, Outcome, OutcomeKind, unsendable

logger: Final = logging.getLogger("hatchet")

TRY_TIMEOUT = 10.0  # s; a try without an answer is repeated, which the engine tolerates
DELIVERY = RetryPolicy(attempts=None, backoff=Backoff(first=0.2, limit=5.0))
WARN_AFTER = 3  # failures in a row
STARTED = Outcome(OutcomeKind.STARTED)


class Reporter:
    """Sends started, completed and failed, in this order for each attempt."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._warned: set[str] = set()
        self.worker_id: str = ""
        self.delays_are_kept: bool = True
        """Whether the engine knows of RetryAfterError; an older one takes it for any failure."""
        self.undelivered: int = 0
        """Task runs whose outcome the engine refused for good, or does not get any more."""
        self.starts_lost: int = 0
        """`started` notices that did not arrive; the engine only shows them."""

    async def started(self, assignment: Assignment) -> None:
        """Say that an attempt has begun; one try, since the outcome says more."""
        try:
            await self._gateway.report(assignment, self.worker_id, STARTED, TRY_TIMEOUT)
        except Exception as error:  # whatever it is, the attempt goes on, and its outcome says more
            self.starts_lost += 1
            logger.debug("the start of task run %s was not reported: %s", assignment.task_run_id, error)

    async def deliver(self, assignment: Assignment, outcome: Outcome) -> None:
        """Deliver an outcome: as often as it takes, unless the engine refuses it."""
        if outcome.retry_after_ms is not None and not self.delays_are_kept:
            self._warn(assignment)
        try:
            try:
                await self._until_heard(assignment, outcome)
            except Exception as error:
                if isinstance(error, ApiError) and not isinstance(error, PayloadTooLarge):
                    raise
                # It is too large, or no message can be made of it: that is what became of the attempt.
                if isinstance(error, PayloadTooLarge):
                    words = f"what task {assignment.task_name!r} gives is too large to be sent: {error}"
                    error = PayloadTooLarge(words, code=error.code, call=error.call)
                await self._until_heard(assignment, unsendable(error, assignment.task_run_id))
        except Exception as error:  # whatever it is, it must not end the worker
            self.undelivered += len(assignment.task_run_ids)
            logger.error(
                "the outcome (%s) of task run %s, attempt %d, cannot be delivered: %s",
                outcome.kind.value, ", ".join(assignment.task_run_ids), assignment.retry_count + 1, error,
            )  # fmt: skip

    async def _until_heard(self, assignment: Assignment, outcome: Outcome) -> None:
        def failed(error: ApiError, tries: Tries) -> None:
            if tries.failures == WARN_AFTER:
                logger.warning(
                    "the outcome of task run %s is not delivered yet, trying on: %s", assignment.task_run_id, error
                )

        await DELIVERY.run(
            lambda _: self._gateway.report(assignment, self.worker_id, outcome, TRY_TIMEOUT), on_failure=failed
        )

    def _warn(self, assignment: Assignment) -> None:
        if assignment.action_id not in self._warned:
            self._warned.add(assignment.action_id)
            logger.warning(
                "task %s asked to be tried again after a delay, which this engine does not know: it is tried again at "
                "once, or by the task's backoff. It needs an engine of %s or newer",
                assignment.task_name, versions.text(versions.RETRY_AFTER),
            )  # fmt: skip

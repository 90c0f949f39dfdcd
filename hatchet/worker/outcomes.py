"""From what an attempt raised to the outcome that is reported."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hatchet.errors import InputError, NonRetryableError, OutputError, RetryAfterError
from hatchet.wire import tracebacks
from hatchet.wire.values import Assignment, Outcome, OutcomeKind

logger: Final = logging.getLogger("hatchet")

#: Another attempt would meet the same input, and most likely give the same output.
NOT_RETRIED = (InputError, OutputError, NonRetryableError)
STOPS = (StopIteration, StopAsyncIteration)
PARTS_LIMIT = 10_000  # exceptions of a group that are looked at


def failure(error: BaseException, assignment: Assignment) -> Outcome:
    """The outcome of an attempt that raised; of a batch that of each run. It never raises."""
    error = as_raised(error)
    outcome = failed(error, assignment.task_run_id)
    if assignment.batch is None:
        return outcome
    return replace(outcome, members={run_id: failed(error, run_id) for run_id in assignment.batch.members})


def as_raised(error: BaseException) -> BaseException:
    """What the user's code raised: Python turns a StopIteration that leaves a coroutine into a RuntimeError."""
    cause: BaseException | None = BaseException.__dict__["__cause__"].__get__(error)
    if type(error) is RuntimeError and cause is not None and issubclass(type(cause), STOPS):
        return cause
    return error


def failed(error: BaseException, task_run_id: str) -> Outcome:
    """The outcome of a single run that failed with an error."""
    parts = list(_parts(error))
    delays = [delay for part in parts if (delay := _delay(part)) is not None]
    return Outcome(
        OutcomeKind.FAILED,
        tracebacks.describe(error, task_run_id).encode(),
        should_not_retry=any(issubclass(type(part), NOT_RETRIED) for part in parts),
        retry_after_ms=max(delays, default=None),
    )


def _delay(error: BaseException) -> int | None:
    """The delay that an error asks for; None where it asks for none, or in a way that is not understood."""
    # By class: isinstance asks the exception, which may lie about its class, or raise.
    if not issubclass(type(error), RetryAfterError):
        return None
    try:
        return int(getattr(error, "after_ms"))  # noqa: B009  # a subclass may have left it out, or made it something else
    except BaseException as broken:  # the subclass's own code
        logger.warning(
            "%s has no usable delay (%s), so the task's backoff applies",
            tracebacks.type_name(error), tracebacks.type_name(broken),
        )  # fmt: skip
        return None


def _parts(error: BaseException) -> Iterator[BaseException]:
    """An exception, or those that a group holds, the nearest first: no deep group beside them hides those."""
    left, seen = deque([error]), 0
    while left and seen < PARTS_LIMIT:
        part = left.popleft()
        seen += 1
        if issubclass(type(part), BaseExceptionGroup):
            left += BaseExceptionGroup.__dict__["exceptions"].__get__(part)
        else:
            yield part

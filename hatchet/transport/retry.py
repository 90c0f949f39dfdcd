"""The one retry rule: which failures are worth another try, and how long to wait before it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from hatchet._dataclasses import dataclass
from hatchet.config import TenacityConfig
from hatchet.errors import (
    AlreadyExists,
    ApiError,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RateLimited,
    TlsError,
    Unauthenticated,
    Unavailable,
    Unsupported,
)

T = TypeVar("T")

#: Another try would get the same answer.
FINAL: tuple[type[ApiError], ...] = (
    AlreadyExists,
    FailedPrecondition,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    Unauthenticated,
    Unsupported,
)


@dataclass(frozen=True)
class Backoff:
    """Waits that double up to a limit, each with jitter so that many clients do not come back at once."""

    first: float
    """Seconds before the second try."""
    limit: float
    """Seconds that no wait exceeds."""

    def wait(self, failures: int) -> float:
        """Seconds to wait after this many failures in a row."""
        return min(self.limit, self.first * 2.0 ** min(failures - 1, 16)) * random.uniform(0.5, 1.0)


@dataclass(frozen=True)
class RetryPolicy:
    """How often a call is tried, and when a failure is final."""

    attempts: int = 5
    backoff: Backoff = Backoff(first=0.2, limit=5.0)
    retry_not_found: bool = False

    @staticmethod
    def of(config: TenacityConfig) -> RetryPolicy:
        """The policy that a client's settings ask for."""
        return RetryPolicy(attempts=config.max_attempts, retry_not_found=config.retry_not_found)

    def another_try(self, error: ApiError, *, idempotent: bool) -> bool:
        """Whether a failure is worth another try.

        A call that is not idempotent is repeated only when the engine cannot have acted on the first: it was refused
        for its rate, or no connection was made.
        """
        if isinstance(error, (*FINAL, TlsError)):
            return self.retry_not_found and isinstance(error, NotFound)
        return idempotent or isinstance(error, RateLimited) or (isinstance(error, Unavailable) and not error.sent)

    async def run(self, call: Callable[[], Awaitable[T]], *, idempotent: bool, seconds: float | None = None) -> T:
        """The call's answer, after as many tries as the policy allows.

        Args:
            call: one try.
            idempotent: whether a try may be repeated that the engine may have acted on.
            seconds: time in which another try must begin, if there is a limit: a failure that could be followed by one
                only later is told at once.
        """
        failures = 0
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            try:
                return await call()
            except ApiError as error:
                failures += 1
                if failures >= self.attempts or not self.another_try(error, idempotent=idempotent):
                    raise
                asked = error.retry_after.total_seconds() if error.retry_after else 0.0
                pause = max(asked, self.backoff.wait(failures))
                if end is not None and time.monotonic() + pause >= end:
                    raise
                await asyncio.sleep(pause)


@asynccontextmanager
async def within(seconds: float | None, call: str) -> AsyncGenerator[None, None]:
    """Around a call: it ends after so many seconds, if a number is given.

    Raises:
        DeadlineExceeded: the time is over.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        if isinstance(error, DeadlineExceeded):
            raise
        raise DeadlineExceeded(
            f"{call}: no answer within {seconds:g} s", code="DEADLINE_EXCEEDED", call=call
        ) from error

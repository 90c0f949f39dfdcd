"""The one rule for trying again: which failures pass, how long to wait, and when to give up (docs/decisions/0031).

`RetryPolicy.run` is the only loop of the client that tries again. Calls, outcomes, log lines, subscriptions, streams
and a worker's connection all go through it, each with a policy of its own.
"""

from __future__ import annotations

import asyncio
import contextvars
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from hatchet._dataclasses import dataclass
from hatchet.config import TenacityConfig
from hatchet.errors import ApiError, DeadlineExceeded, NotFound, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from hatchet._credential import Credential, Token

T = TypeVar("T")

STEADY = 10.0  # s; a stream that was open for so long counts as progress, even if it brought nothing
LONGEST_PAUSE = 60.0  # s between two tries of a call without an end, however long the engine asks it to wait
TOKENS = 3  # times that one call goes on with a new token before a refused token counts as a failure

_chance: Final = random.SystemRandom()  # not the program's own numbers, which it may have seeded

#: When the call that goes on here has to be over, on the monotonic clock.
_deadline: Final[contextvars.ContextVar[float | None]] = contextvars.ContextVar("hatchet_deadline", default=None)


class TokenReplaced(Unavailable):
    """The engine refused the token that a call was sent with, and there is another one by now."""

    sent = False


class StreamClosed(Unavailable):
    """The engine closed a stream that was to go on."""

    def __init__(self, call: str) -> None:
        super().__init__(f"{call}: the engine closed the stream", code="UNAVAILABLE", call=call)


@dataclass(frozen=True)
class Backoff:
    """Waits that double up to a limit, each with jitter so that many clients do not come back at once."""

    first: float
    """Seconds before the second try."""
    limit: float
    """Seconds that no wait exceeds."""

    def wait(self, failures: int) -> float:
        """Seconds to wait after this many failures in a row."""
        return min(self.limit, self.first * 2.0 ** min(failures - 1, 16)) * _chance.uniform(0.5, 1.0)


class Tries:
    """The tries of one call so far; a try that gets somewhere says so."""

    __slots__ = ("failing_since", "failures", "maybe_done", "tokens", "waited")

    def __init__(self) -> None:
        self.failures: int = 0
        """Failures in a row."""
        self.failing_since: float = 0.0
        """When the first of them was, on the monotonic clock."""
        self.maybe_done: bool = False
        """Whether the engine may have acted on an earlier try."""
        self.tokens: int = 0
        """How often in a row it was repeated because there was a new token."""
        self.waited: float = 0.0
        """Seconds of waits that the engine asked for."""

    def progress(self) -> None:
        """The engine has answered this try: failures are counted from zero again."""
        self.failures = self.tokens = 0

    def failed(self, error: ApiError, now: float) -> None:
        """This try has failed."""
        self.failures += 1
        if self.failures == 1:
            self.failing_since = now
        self.maybe_done = self.maybe_done or error.sent


SOON: Final = Backoff(first=0.05, limit=0.5)  # between looks at what appears in a moment

OnFailure = Callable[[ApiError, Tries], None]


@dataclass(frozen=True)
class RetryPolicy:
    """How often a call is tried, and which failures end it."""

    attempts: int | None = 5
    """Tries without progress, the first included; None is any number."""
    backoff: Backoff = Backoff(first=0.2, limit=5.0)
    outage_limit: float | None = None
    """Seconds of failures without progress after which the next one ends the call."""
    retry_not_found: bool = False
    """Try again when the engine does not know the object."""
    steady: float | None = None
    """A try that fails after so many seconds counts as progress, as for a stream that was open; None: none does."""
    ends_it: tuple[type[ApiError], ...] | None = None
    """The failures that end the call; by default all that are not `repeatable`."""

    @staticmethod
    def of(config: TenacityConfig) -> RetryPolicy:
        """The policy that a client's settings ask for."""
        return RetryPolicy(attempts=config.max_attempts, retry_not_found=config.retry_not_found)

    def until_shown(self, seconds: float) -> RetryPolicy:
        """The same, but what the engine does not show yet it is asked for again, for so many seconds at most."""
        if seconds <= 0:
            return self
        return replace(self, attempts=None, backoff=SOON, outage_limit=seconds, retry_not_found=True)

    async def run(
        self,
        attempt: Callable[[Tries], Awaitable[T]],
        *,
        idempotent: bool = True,
        patience: float = LONGEST_PAUSE,
        on_failure: OnFailure | None = None,
    ) -> T:
        """The call's answer, after as many tries as the policy allows.

        If the next try could begin only when the call's time is over, the failure is raised at once.

        Args:
            attempt: one try.
            idempotent: whether a try may be repeated that the engine may have acted on.
            patience: seconds that the call may spend on waits that the engine asks for. A call with a limited number
                of tries ends with the failure that asks for more; one without waits so long, and tries again.
            on_failure: told of each failure that another try follows; it may raise to end the call.
        """
        tries = Tries()
        while True:
            began = time.monotonic()
            try:
                return await attempt(tries)
            except ApiError as error:
                pause = self._pause(error, tries, time.monotonic() - began, idempotent, patience)
                if pause is None:
                    raise
                if on_failure is not None:
                    on_failure(error, tries)
            await asyncio.sleep(pause)

    def _pause(self, error: ApiError, tries: Tries, lasted: float, idempotent: bool, patience: float) -> float | None:
        """Seconds until the next try; None where the failure ends the call."""
        if self.steady is not None and error.sent and lasted >= self.steady:
            tries.progress()
        if isinstance(error, TokenReplaced) and tries.tokens < TOKENS:
            tries.tokens += 1
            return 0.0
        now = time.monotonic()
        tries.failed(error, now)
        if self._is_last(tries, now) or not self._may_repeat(error, idempotent=idempotent):
            return None
        asked = 0.0 if error.retry_after is None else max(0.0, error.retry_after.total_seconds())
        if self.attempts is None:
            asked = min(asked, patience)
        else:
            tries.waited += asked
            if tries.waited > patience:
                return None
        pause = max(asked, self.backoff.wait(tries.failures))
        left = time_left()
        return None if left is not None and pause >= left else pause

    def _is_last(self, tries: Tries, now: float) -> bool:
        if self.attempts is not None and tries.failures >= self.attempts:
            return True
        return self.outage_limit is not None and now - tries.failing_since > self.outage_limit

    def _may_repeat(self, error: ApiError, *, idempotent: bool) -> bool:
        """Whether the call may be tried again after a failure.

        A call that is not idempotent is repeated only when the engine cannot have acted on the first: it was refused
        for its rate, or no connection was made.
        """
        if self.ends_it is not None:
            return not isinstance(error, self.ends_it)
        if not error.repeatable:
            return self.retry_not_found and isinstance(error, NotFound)
        return idempotent or not error.sent


#: One try: the caller decides about more.
ONCE: Final = RetryPolicy(attempts=1)


def with_token(error: ApiError, credential: Credential, sent: Token) -> ApiError:
    """The error for a call whose token was refused, given what is known of the token by now."""
    if credential.refused(sent):
        return TokenReplaced(f"{error.call}: the token was replaced in the meantime", code=error.code, call=error.call)
    if isinstance(error, Unauthenticated):
        if credential.is_awaited:
            again = Unavailable(f"{error}; {credential.file} holds no other yet", code=error.code, call=error.call)
            again.sent = False
            return again
        error.repeatable = bool(credential.file)  # it may hold a new one in a moment
    return error


def wait_of(seconds: float) -> timedelta | None:
    """How long an engine asks to wait, from any number that it may send; None for a number that means nothing."""
    if seconds != seconds:
        return None
    try:
        return timedelta(seconds=max(0.0, seconds))
    except OverflowError:
        return timedelta.max


def time_left() -> float | None:
    """Seconds that the call which goes on here has left; None where it has no limit."""
    end = _deadline.get()
    return None if end is None else max(0.0, end - time.monotonic())


@asynccontextmanager
async def within(seconds: float | None, call: str) -> AsyncGenerator[None, None]:
    """Around a call: it ends after so many seconds, if a number is given.

    Raises:
        DeadlineExceeded: the time is over.
    """
    if seconds is None:
        yield
        return
    end, outer = time.monotonic() + seconds, _deadline.get()
    reset = _deadline.set(end if outer is None else min(end, outer))
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if not limit.expired() or isinstance(error, ApiError):
            raise
        raise DeadlineExceeded(
            f"{call}: no answer within {seconds:g} s", code="DEADLINE_EXCEEDED", call=call
        ) from error
    finally:
        _deadline.reset(reset)

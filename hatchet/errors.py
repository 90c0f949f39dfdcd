"""Every error this package raises, one tree.

::

    HatchetError
    ├── ConfigError              a setting is missing, malformed or unreadable
    ├── DefinitionError          a task, workflow or worker is declared wrongly
    ├── InputError               an input does not validate, before it is sent
    ├── OutputError              a task's return value cannot be sent
    ├── NoTaskOutput             a run has no output of the task that it is asked for
    ├── ChunkError               a chunk of a stream is not of the type that the listener asked for
    ├── BlockingCallError        a blocking call where it would wait for itself
    ├── ClientClosed             a call of a client that was closed
    ├── RunError                 a run did not end well
    │   ├── RunFailed              at least one task failed; `.errors`, a group of TaskFailure
    │   ├── RunCancelled           the run was cancelled
    │   └── ResultTimeout          the wait for a result ended first
    ├── ApiError                 the engine refused or could not be reached; `.code`, `.repeatable`, `.sent`
    │   ├── InvalidRequest         the engine found the request malformed
    │   ├── NotFound               no such object
    │   ├── AlreadyExists          a duplicate
    │   │   ├── DedupeViolationError                   such a run exists
    │   │   ├── IdempotencyCollisionError              a run holds the key; `.existing_run_id`
    │   │   └── BulkTriggerIdempotencyCollisionError   of many runs some; `.run_ids`, `.collisions`
    │   ├── Unauthenticated        the token was refused
    │   ├── PermissionDenied       the token may not do this
    │   ├── RateLimited            too many requests; `.retry_after`
    │   ├── PayloadTooLarge        a message exceeds a size limit, here or on the engine
    │   ├── FailedPrecondition     not in the state that this needs
    │   ├── Unsupported            the engine does not serve this
    │   ├── DeadlineExceeded       no answer in time
    │   ├── Unavailable            the engine cannot be reached
    │   │   └── TlsError               it is there, but TLS does not come about
    │   └── ServerError            the engine failed
    ├── TaskFailure              how one task of a run failed
    ├── WorkerError              a worker could not start, or had to stop
    ├── NonRetryableError        raised by a task: fail and do not retry
    │   └── NonDeterminismError      a durable task made other calls than before
    └── RetryAfterError          raised by a task: fail, and retry after a given time
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from hatchet._dataclasses import dataclass
from hatchet._run_errors import HatchetError as HatchetError
from hatchet._run_errors import ResultTimeout as ResultTimeout
from hatchet._run_errors import RunCancelled as RunCancelled
from hatchet._run_errors import RunError as RunError
from hatchet._run_errors import RunFailed as RunFailed
from hatchet._run_errors import TaskFailure as TaskFailure

if TYPE_CHECKING:
    from hatchet._answers import HttpResponse

for _kind in (HatchetError, TaskFailure, RunError, RunFailed, RunCancelled, ResultTimeout):
    _kind.__module__ = __name__  # what tracebacks and pickles say: where users find them

LONGEST_DELAY_MS = 100 * 365 * 24 * 3600 * 1000  # engines reckon in nanoseconds of 64 bits, and overflow later


class ConfigError(HatchetError, ValueError):
    """A setting is missing, malformed or unreadable. The message names it, its source, and what to write."""

    def __init__(self, setting: str, problem: str, *, source: str, remedy: str) -> None:
        super().__init__(f"{setting} (from {source}): {problem}. {remedy}")
        self.setting = setting
        self.source = source


class DefinitionError(HatchetError, ValueError):
    """A task, workflow or worker is declared in a way that cannot work."""


class InputError(HatchetError, ValueError):
    """An input does not match the type that the task or workflow declares; nothing was sent."""


class OutputError(HatchetError, TypeError):
    """What a task returned cannot be written as JSON, or is not of the declared type; the attempt fails."""


class NoTaskOutput(HatchetError, KeyError):
    """A run has no output of a task: it is of another workflow, was skipped, has not run, or is no task at all."""

    def __str__(self) -> str:
        return Exception.__str__(self)  # KeyError shows its repr


class ClientClosed(HatchetError, RuntimeError):
    """The client was closed, before this call or during it; `Hatchet()` makes a new one."""


class ChunkError(HatchetError, ValueError):
    """A chunk of a run's stream, or a message of a topic, is not of the type that the reader asked for."""

    def __init__(self, message: str, *, run_id: str, chunk: str) -> None:
        super().__init__(message)
        self.run_id = run_id
        self.chunk = chunk


class BlockingCallError(HatchetError, RuntimeError):
    """A blocking method was called on a loop that has to run for the call to end; use its `aio_` twin."""


@dataclass(frozen=True)
class FieldError:
    """One fault that the engine found in a request."""

    description: str
    """What is wrong."""
    field: str | None = None
    """The field it is about, when the engine names one."""
    code: int | None = None
    """The engine's own number for it, when it has one."""


class _Collided:
    """The ids of a run that holds a key and of one that was not started, under the engine's names, too."""

    existing_run_id: str
    colliding_run_id: str

    @property
    def existing_run_external_id(self) -> str:
        """`existing_run_id`, under the engine's name for it."""
        return self.existing_run_id

    @property
    def colliding_run_external_id(self) -> str:
        """`colliding_run_id`, under the engine's name for it."""
        return self.colliding_run_id


@dataclass(frozen=True)
class IdempotencyCollision(_Collided):
    """One run of many that was not started."""

    existing_run_id: str
    """The run that holds its key."""
    colliding_run_id: str
    """The id that it would have had."""


@dataclass(frozen=True)
class BulkProgress:
    """What a call for many things had done when it failed."""

    total: int
    """How many things it was asked for."""
    ids: tuple[str, ...] = ()
    """What was done, in order: ids of the runs that were started or changed, of the events that were stored."""
    collisions: tuple[IdempotencyCollision, ...] = ()
    """Runs that were not started, because others hold their idempotency keys."""
    uncertain: int = 0
    """How many of the next ones the engine may have done: its answer was lost."""


class ApiError(HatchetError):
    """The engine refused a call or could not be reached, over gRPC or REST."""

    repeatable: bool = True
    """Whether the same call may succeed later: False where the engine would give the same answer again."""
    sent: bool = True
    """Whether the engine may have acted on the call; False when it was refused before, or never reached the engine."""
    response: HttpResponse | None = None
    """The answer as it came: status, headers, body. None of calls over gRPC, and where there was no answer."""
    progress: BulkProgress | None = None
    """What a call for many things had done before it failed. None for other calls."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        call: str,
        errors: Sequence[FieldError] = (),
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        """The status as the transport names it: `NOT_FOUND`, or `404`."""
        self.call = call
        """The call that failed."""
        self.errors: tuple[FieldError, ...] = tuple(errors)
        """What the engine found wrong, where it says so in detail."""
        self.retry_after = retry_after
        """How long the engine asks to wait before another try."""


class InvalidRequest(ApiError, ValueError):
    """The engine found the request malformed."""

    repeatable = False
    sent = False


class NotFound(ApiError, LookupError):
    """The engine has no such object."""

    repeatable = False
    sent = False


class AlreadyExists(ApiError):
    """The object exists already."""

    repeatable = False
    sent = False


class DedupeViolationError(AlreadyExists):
    """A run was not started, because the engine has one that counts as the same."""


class IdempotencyCollisionError(_Collided, AlreadyExists):
    """A run was not started, because another holds its idempotency key."""

    def __init__(self, message: str, *, code: str, call: str, existing_run_id: str, colliding_run_id: str) -> None:
        super().__init__(message, code=code, call=call)
        self.existing_run_id = existing_run_id
        """The run that holds the key."""
        self.colliding_run_id = colliding_run_id
        """The id that the run would have had."""


class BulkTriggerIdempotencyCollisionError(AlreadyExists):
    """Some runs of many were not started, because others hold their idempotency keys; the rest were."""

    sent = True

    def __init__(
        self, message: str, *, code: str, call: str, run_ids: Sequence[str], collisions: Sequence[IdempotencyCollision]
    ) -> None:
        super().__init__(message, code=code, call=call)
        self.run_ids: tuple[str, ...] = tuple(run_ids)
        """The runs that were started."""
        self.collisions: tuple[IdempotencyCollision, ...] = tuple(collisions)
        """Those that were not, with the runs that exist in their place."""

    @property
    def successful_workflow_run_external_ids(self) -> tuple[str, ...]:
        """`run_ids`, under the engine's name for them."""
        return self.run_ids


class Unauthenticated(ApiError):
    """The engine refused the token."""

    repeatable = False
    sent = False


class PermissionDenied(ApiError):
    """The token may not do this, or the object belongs to another tenant."""

    repeatable = False
    sent = False


class RateLimited(ApiError):
    """Too many requests, or a limit of the tenant is reached."""

    sent = False


class PayloadTooLarge(ApiError, ValueError):
    """A message exceeds the largest size that this client or the engine takes.

    `.sent` is False where it was the request, on which the engine has not acted; True where it was the answer, so that
    the engine has done what was asked.
    """

    repeatable = False
    sent = False


class FailedPrecondition(ApiError):
    """The object is not in the state that the call needs."""

    repeatable = False
    sent = False


class Unsupported(ApiError, NotImplementedError):
    """This engine does not serve the call."""

    repeatable = False
    sent = False


class DeadlineExceeded(ApiError, TimeoutError):
    """The engine did not answer in time."""


class Unavailable(ApiError, ConnectionError):
    """The engine cannot be reached."""


class TlsError(Unavailable):
    """The engine is there, but no connection comes about: only one side speaks TLS, or a certificate does not hold.

    The message names the setting, the address, and where both came from. Another try would end the same way, so that
    calls are not repeated after it and a worker does not start.
    """

    repeatable = False
    sent = False


class ServerError(ApiError):
    """The engine failed while it handled the call."""


class WorkerError(HatchetError, RuntimeError):
    """A worker could not start, or had to stop."""


class LifespanSetupError(WorkerError):
    """The worker's lifespan failed before any task ran; its own error is the cause."""


class NonRetryableError(HatchetError):
    """Raise this in a task to fail it for good, whatever retries it has left."""


class NonDeterminismError(NonRetryableError):
    """A durable task made another call than its log has at this place."""

    def __init__(self, message: str, *, node: int, site: str) -> None:
        super().__init__(message)
        self.node = node
        """The entry of the log, counted from 1."""
        self.site = site
        """`file:line` of the call in the task's code."""


class RetryAfterError(HatchetError):
    """Raise this in a task to fail the attempt and choose when the next one starts, in place of the backoff.

    ::

        raise RetryAfterError("the shop is closed", after=timedelta(hours=1))

    A task without `retries` left is not tried again. An engine older than v0.111.0 ignores the time.

    Args:
        message: what went wrong.
        after: how long to wait before the next attempt, a timedelta or seconds; a negative time means at once.

    Raises:
        InputError: `after` is not a length of time.
    """

    def __init__(self, message: str = "", *, after: timedelta | float) -> None:
        super().__init__(message)
        try:
            self.after: timedelta = after if isinstance(after, timedelta) else timedelta(seconds=after)
            """How long from now the next attempt starts."""
        except (TypeError, ValueError, OverflowError) as error:
            raise InputError(f"after={after!r} of RetryAfterError is no length of time; write a timedelta") from error

    @property
    def after_ms(self) -> int:
        """The same in whole milliseconds, 0 or more."""
        return min(max(0, self.after // timedelta(milliseconds=1)), LONGEST_DELAY_MS)

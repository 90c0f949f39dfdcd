"""The base of all errors, and those of runs that did not end well; `hatchet.errors` has them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

NO_REASON = "the engine gave no reason"


class HatchetError(Exception):
    """Base of every error raised by this package. They can be copied and pickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[HatchetError], args: tuple[object, ...], state: dict[str, object]) -> HatchetError:
    """An error as it was: by its state, since the parameters of its class are not kept."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class TaskFailure(HatchetError):
    """How one task of a run failed, as the worker reported it; `except* TaskFailure` takes them from a `RunFailed`."""

    def __init__(self, task_name: str, type: str, message: str, traceback: str, task_run_id: str | None = None) -> None:
        head = f"{task_name}: " if task_name else ""
        tail = f"\n{traceback}" if traceback else ""
        super().__init__(f"{head}{type}: {message}{tail}")
        self.task_name = task_name
        """The task's name; empty when the engine did not say."""
        self.type = type
        """Class name of the exception in the user's code, or `HatchetError` when the text does not say."""
        self.message = message
        """The exception's message."""
        self.traceback = traceback
        """The traceback of the user's code; empty when the engine itself failed the task."""
        self.task_run_id = task_run_id
        """The failed task run."""

    @property
    def task_run_external_id(self) -> str | None:
        """The failed task run, under the engine's name for its id."""
        return self.task_run_id

    def _parts(self) -> tuple[object, ...]:
        return self.task_name, self.type, self.message, self.traceback, self.task_run_id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskFailure) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return f"TaskFailure({', '.join(map(repr, self._parts()))})"


class RunError(HatchetError):
    """A run did not end with a result."""

    def __init__(self, message: str, *, run_id: str, state: str | None = None, reason: str | None = None) -> None:
        super().__init__(message)
        self.run_id = run_id
        """The run."""
        self.state = state
        """Where it stood when this was raised, as `RunStatus` names it; None where the engine did not say."""
        self.reason = reason
        """Why it was not executed, and what to do about it; None where nothing is known, or it was."""


class RunFailed(RunError, ExceptionGroup[TaskFailure]):
    """At least one task of the run failed and has no retries left; a group of the failures of its tasks."""

    def __new__(cls, run_id: str, errors: Sequence[TaskFailure]) -> Self:
        """A group, which is never empty: where the engine gave no reason, one failure says so."""
        detail = "\n".join(map(str, errors)) or NO_REASON
        failures = tuple(errors) or (TaskFailure("", "HatchetError", NO_REASON, ""),)
        return super().__new__(cls, f"run {run_id} failed: {detail}", failures)

    def __init__(self, run_id: str, errors: Sequence[TaskFailure]) -> None:
        self.errors: tuple[TaskFailure, ...] = tuple(errors)
        """How its tasks failed."""
        super().__init__(self.message, run_id=run_id, state="FAILED")

    def derive(self, excs: Sequence[TaskFailure], /) -> RunFailed:  # type: ignore[override]  # its parts are failures
        """The same for some of the failures, as `except*` asks for it."""
        return RunFailed(self.run_id, excs)

    def __str__(self) -> str:
        return self.message  # without the number of its parts, which groups add

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.run_id, self.errors), self.__dict__


class RunCancelled(RunError):
    """The run was cancelled: by a request, a concurrency limit, or because no worker took it in time; see `.reason`."""

    def __init__(self, run_id: str, *, reason: str | None = None) -> None:
        message = f"run {run_id} was cancelled"
        super().__init__(f"{message}: {reason}" if reason else message, run_id=run_id, state="CANCELLED", reason=reason)


class ResultTimeout(RunError, TimeoutError):
    """The wait for a result ended before the run did; the run goes on. `.state` and `.reason` say how it stood."""

    def __init__(self, run_id: str, timeout: float, *, state: str | None = None, reason: str | None = None) -> None:
        known = f"; it is {state}" if state else ""
        why = f", and {reason}" if reason else ""
        super().__init__(
            f"run {run_id} had no result after {timeout:g} s{known}{why}; it goes on, ask again",
            run_id=run_id,
            state=state,
            reason=reason,
        )

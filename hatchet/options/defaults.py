"""What all tasks of a workflow may have in common: as options, as their meaning, and as a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, TypedDict

from typing_extensions import Unpack

from hatchet._dataclasses import dataclass
from hatchet.errors import DefinitionError
from hatchet.options.durations import render_duration
from hatchet.options.signatures import Named, takes
from hatchet.options.values import Duration, Priority, check_priority

MAX_RETRY_BACKOFF_FACTOR = 1000
MAX_RETRY_BACKOFF_SECONDS = 86_400


class AttemptOptions(TypedDict, total=False):
    """Timeouts and retries: what every task of a workflow may have in common."""

    schedule_timeout: Duration
    """How long a run may wait for a worker before it is cancelled. Default: 5 minutes."""
    execution_timeout: Duration
    """How long an attempt may take before it is stopped and counts as failed. Default: 60 seconds."""
    retries: int
    """How many attempts a failed task gets after the first one. Default: 0."""
    backoff_factor: float | None
    """The n-th retry waits `backoff_factor ** n` seconds; from 1 to 1000. Default: retry at once."""
    backoff_max_seconds: int | None
    """Longest wait before a retry in seconds, from 1 to 86400. Default: 86400."""


class DefaultsOptions(AttemptOptions, total=False):
    """What `TaskDefaults` takes."""

    priority: int | Priority
    """Priority of the workflow's runs, from 1 (low) to 3 (high). Default: 1."""


@dataclass(frozen=True, kw_only=True)
class AttemptSpec(Named):
    """Timeouts and retries of a task."""

    schedule_timeout: Duration = timedelta(minutes=5)
    execution_timeout: Duration = timedelta(seconds=60)
    retries: int = 0
    backoff_factor: float | None = None
    backoff_max_seconds: int | None = None

    def __post_init__(self) -> None:
        render_duration(self.schedule_timeout, "schedule_timeout")
        render_duration(self.execution_timeout, "execution_timeout")
        if self.retries < 0:
            raise DefinitionError(f"retries is {self.retries}; write 0 or more")
        if self.backoff_factor is not None and not 1 <= self.backoff_factor <= MAX_RETRY_BACKOFF_FACTOR:
            raise DefinitionError(f"backoff_factor is {self.backoff_factor}; write a number from 1 to 1000")
        if self.backoff_max_seconds is not None and not 1 <= self.backoff_max_seconds <= MAX_RETRY_BACKOFF_SECONDS:
            raise DefinitionError(f"backoff_max_seconds is {self.backoff_max_seconds}; write 1 to 86400")


@dataclass(frozen=True, kw_only=True)
class DefaultsSpec(AttemptSpec):
    """What the tasks of a workflow may have in common, and the priority of its runs."""

    priority: int | Priority | None = None

    def __post_init__(self) -> None:
        AttemptSpec.__post_init__(self)
        if self.priority is not None:
            check_priority(self.priority, "priority")


class TaskDefaults:
    """Options for every task of a workflow that does not give its own; an explicit value always wins."""

    @takes(DefaultsSpec)
    def __init__(self, **options: Unpack[DefaultsOptions]) -> None:
        """Each option is checked here.

        Raises:
            DefinitionError: an option does not make sense.
        """
        DefaultsSpec(**options)
        self.priority: int | None = options.pop("priority", None)
        """Priority of runs of the workflow that gives no `default_priority`."""
        self.given: Mapping[str, Any] = MappingProxyType({**options})
        """The options that were given, for every task that does not give its own."""

    def __repr__(self) -> str:
        given = self.given if self.priority is None else {"priority": self.priority, **self.given}
        return f"TaskDefaults({', '.join(f'{key}={value!r}' for key, value in given.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskDefaults) and (self.priority, self.given) == (other.priority, other.given)

    def __hash__(self) -> int:
        return hash((self.priority, *sorted(self.given.items())))

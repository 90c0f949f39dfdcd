"""What options mean: frozen dataclasses that hold the defaults, and the one rule that merges them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import timedelta
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from typing_extensions import Unpack

from hatchet.errors import DefinitionError
from hatchet.options.durations import render_duration
from hatchet.options.values import (
    ConcurrencyExpression,
    DesiredWorkerLabel,
    Duration,
    Priority,
    RateLimit,
    StickyStrategy,
)

if TYPE_CHECKING:
    from hatchet.options.keys import AttemptOptions

P = ParamSpec("P")
R = TypeVar("R")

MAX_RETRY_BACKOFF_FACTOR = 1000
MAX_RETRY_BACKOFF_SECONDS = 86_400


def takes(*specs: type) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Show the fields of `specs` in place of `**options` to `help()`, `inspect` and the docs."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
        names = {parameter.name for parameter in own}
        extra = [parameter for spec in specs for parameter in _parameters(spec) if parameter.name not in names]
        # A function object carries its signature in an attribute that the type of a callable does not declare.
        cast(Any, function).__signature__ = signature.replace(parameters=[*own, *extra])
        return function

    return decorate


@cache
def _parameters(spec: type) -> list[inspect.Parameter]:
    # Annotations as they are written, like those of the function itself: to evaluate them takes long.
    return [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=_default(f), annotation=f.type)
        for f in fields(spec)
        if f.init
    ]


def _default(f: Any) -> object:  # Any: dataclasses.Field is invariant in a type that nobody here needs
    if f.default_factory is not MISSING:
        return f.default_factory()
    return inspect.Parameter.empty if f.default is MISSING else f.default


class TaskDefaults:
    """Options for every task of a workflow that does not give its own; an explicit value always wins."""

    def __init__(self, **options: Unpack[AttemptOptions]) -> None:
        AttemptSpec(**options)
        self.given: Mapping[str, Any] = MappingProxyType({**options})

    def __repr__(self) -> str:
        return f"TaskDefaults({', '.join(f'{key}={value!r}' for key, value in self.given.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskDefaults) and self.given == other.given

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.given.items())))


@dataclass(frozen=True, kw_only=True)
class AttemptSpec:
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
class TaskSpec(AttemptSpec):
    """Everything a task declares."""

    rate_limits: Sequence[RateLimit] = field(default_factory=list[RateLimit])
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel] = field(
        default_factory=dict[str, DesiredWorkerLabel]
    )
    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None = None


@dataclass(frozen=True, kw_only=True)
class TriggerSourceSpec:
    """What starts a workflow, and what its runs have in common."""

    description: str | None = None
    on_events: Sequence[str] = field(default_factory=list[str])
    on_crons: Sequence[str] = field(default_factory=list[str])
    version: str | None = None
    sticky: StickyStrategy | None = None
    default_priority: int | Priority = 1

    def __post_init__(self) -> None:
        check_priority(self.default_priority, "default_priority")
        for name in ("on_events", "on_crons"):
            if isinstance(getattr(self, name), str):
                raise DefinitionError(f"{name} is one text; write a list: {name}=[{getattr(self, name)!r}]")


@dataclass(frozen=True, kw_only=True)
class WorkflowSpec(TriggerSourceSpec):
    """Everything a workflow declares besides its name and input type."""

    concurrency: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None = None
    task_defaults: TaskDefaults = field(default_factory=TaskDefaults)


@dataclass(frozen=True, kw_only=True)
class StandaloneSpec(TriggerSourceSpec, TaskSpec):
    """Everything a standalone task declares: a workflow and its one task at once."""

    def __post_init__(self) -> None:
        TriggerSourceSpec.__post_init__(self)
        TaskSpec.__post_init__(self)

    def workflow(self) -> WorkflowSpec:
        """The workflow's share; the limits of concurrency stay with the task."""
        return WorkflowSpec(**{f.name: getattr(self, f.name) for f in fields(TriggerSourceSpec)})

    def task(self) -> TaskSpec:
        """The task's share."""
        return TaskSpec(**{f.name: getattr(self, f.name) for f in fields(TaskSpec)})


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """How one run is started."""

    additional_metadata: Mapping[str, object] = field(default_factory=dict[str, object])
    priority: int | Priority | None = None
    child_key: str | None = None
    sticky: bool = False
    desired_worker_id: str | None = None
    desired_worker_labels: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel] = field(
        default_factory=dict[str, DesiredWorkerLabel]
    )

    def __post_init__(self) -> None:
        if self.priority is not None:
            check_priority(self.priority, "priority")


def check_priority(value: int, option: str) -> None:
    """Refuse a priority outside 1 to 3."""
    if value not in (1, 2, 3):
        raise DefinitionError(f"{option} is {value}; write 1 (low), 2 (medium) or 3 (high)")


def concurrency_list(
    given: int | ConcurrencyExpression | Sequence[ConcurrencyExpression] | None,
) -> list[ConcurrencyExpression]:
    """The limits that an option's shorthand stands for."""
    if given is None:
        return []
    if isinstance(given, int):
        return [ConcurrencyExpression.from_int(given)]
    if isinstance(given, ConcurrencyExpression):
        return [given]
    return list(given)


def label_map(
    given: Mapping[str, DesiredWorkerLabel] | Sequence[DesiredWorkerLabel],
) -> dict[str, DesiredWorkerLabel]:
    """Desired labels by key, whichever way they were written."""
    if isinstance(given, Mapping):
        return dict(given)
    labels: dict[str, DesiredWorkerLabel] = {}
    for label in given:
        if label.key is None:
            raise DefinitionError(f"the desired worker label {label.value!r} has no key: DesiredWorkerLabel(key=…)")
        labels[label.key] = label
    return labels

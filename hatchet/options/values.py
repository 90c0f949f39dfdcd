"""Small values that options are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from enum import Enum, IntEnum

from hatchet._dataclasses import dataclass
from hatchet.errors import DefinitionError
from hatchet.options import cel
from hatchet.options.kinds import check_kinds

MAX_TTL = timedelta(days=36_525)

Duration = timedelta | str
"""A length of time: a `timedelta`, or a text such as `90s`, `5m`, `1h30m` (units ms, s, m, h)."""


class Priority(IntEnum):
    """Order in a queue: higher runs first."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class StickyStrategy(str, Enum):
    """Whether the tasks of one workflow run stay on the worker that took the first."""

    SOFT = "SOFT"
    """Prefer that worker, take another if it has no free slot."""
    HARD = "HARD"
    """Wait for that worker."""


class ConcurrencyLimitStrategy(str, Enum):
    """What happens to runs of one concurrency key beyond its limit."""

    CANCEL_IN_PROGRESS = "CANCEL_IN_PROGRESS"
    """The newest start, and the oldest running ones are cancelled."""
    GROUP_ROUND_ROBIN = "GROUP_ROUND_ROBIN"
    """They wait; the keys take turns."""
    CANCEL_NEWEST = "CANCEL_NEWEST"
    """Newcomers beyond the limit are cancelled."""
    CANCEL_QUEUED_EXCEPT_NEWEST = "CANCEL_QUEUED_EXCEPT_NEWEST"
    """They wait; of those that wait, only the newest stays. Needs an engine of v0.105.16 or newer."""
    CANCEL_QUEUED_EXCEPT_OLDEST = "CANCEL_QUEUED_EXCEPT_OLDEST"
    """They wait; of those that wait, only the oldest stays. Needs an engine of v0.105.16 or newer."""


@dataclass(frozen=True)
class ConcurrencyExpression:
    """A limit on how many runs with the same key execute at once."""

    expression: str
    """CEL that yields the key as a string, such as `input.customer` or `string(input.id)`."""
    max_runs: int | str
    """How many at once for each key: a number above 0, or CEL that yields one."""
    limit_strategy: ConcurrencyLimitStrategy
    """What happens to runs beyond the limit."""
    name: str | None = None
    """Name of the limit; needed when it is shared by the tenant's workflows."""
    is_tenant_scoped: bool = False
    """Share one count among all tasks of the tenant that declare the same name."""

    def __post_init__(self) -> None:
        check_kinds(type(self), vars(self), " of a concurrency limit")
        if not self.expression.strip():
            raise DefinitionError(
                "a ConcurrencyExpression needs an expression, such as 'input.customer'; "
                "ConcurrencyExpression.from_int(3) limits all runs together"
            )
        cel.check(self.expression, cel.RUN, "the expression of a concurrency limit")
        if isinstance(self.max_runs, int):
            if self.max_runs < 1:
                raise DefinitionError(f"max_runs is {self.max_runs}; write a number above 0")
        elif not self.max_runs.strip():
            raise DefinitionError("max_runs is an empty text; write a number, or a CEL expression that yields one")
        else:
            cel.check(self.max_runs, cel.RUN, "max_runs of a concurrency limit")
        if self.is_tenant_scoped and not self.name:
            raise DefinitionError("a tenant-scoped concurrency limit needs a name: ConcurrencyExpression(…, name='…')")

    @staticmethod
    def from_int(max_runs: int) -> ConcurrencyExpression:
        """At most `max_runs` runs at once, whatever their input; the rest wait."""
        return ConcurrencyExpression("'constant'", max_runs, ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN)


class RateLimitDuration(str, Enum):
    """The window after which a rate limit is refilled."""

    SECOND = "SECOND"
    MINUTE = "MINUTE"
    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """Units of a rate limit that a task consumes when it starts."""

    static_key: str | None = None
    """The limit's key, as put with `hatchet.rate_limits.put`; exclusive with `dynamic_key`."""
    dynamic_key: str | None = None
    """CEL that yields the key; needs `limit`."""
    units: int | str = 1
    """How many units one start consumes, or CEL that yields the number."""
    limit: int | str | None = None
    """Units in each window, or CEL; for a static key None means the limit that was put."""
    duration: RateLimitDuration = RateLimitDuration.MINUTE
    """The window."""

    def __post_init__(self) -> None:
        check_kinds(type(self), vars(self), " of a rate limit")
        if (self.static_key is None) == (self.dynamic_key is None):
            raise DefinitionError("a RateLimit needs exactly one of static_key and dynamic_key")
        if not (self.static_key or self.dynamic_key):
            raise DefinitionError("the key of a RateLimit is an empty text; write a key")
        for option, number in (("units", self.units), ("limit", self.limit)):
            if isinstance(number, int) and number < 0:
                raise DefinitionError(f"{option} of a rate limit is {number}; write 0 or more")
        if self.dynamic_key is not None and self.limit is None:
            raise DefinitionError(f"the dynamic rate limit {self.dynamic_key!r} needs a limit: RateLimit(…, limit=10)")
        for option, value in (("dynamic_key", self.dynamic_key), ("units", self.units), ("limit", self.limit)):
            if isinstance(value, str):
                cel.check(value, cel.RUN, f"{option} of a rate limit")


class WorkerLabelComparator(IntEnum):
    """How a worker's label is compared with the desired value."""

    EQUAL = 0
    NOT_EQUAL = 1
    GREATER_THAN = 2
    GREATER_THAN_OR_EQUAL = 3
    LESS_THAN = 4
    LESS_THAN_OR_EQUAL = 5


@dataclass(frozen=True, kw_only=True)
class DesiredWorkerLabel:
    """A label that a task would like, or needs, its worker to have."""

    value: str | int
    """What the worker's label is compared with."""
    key: str | None = None
    """The label; may be left out where the label is the key of a mapping."""
    required: bool = False
    """Only workers that satisfy it are taken."""
    weight: int | None = None
    """How much a satisfied label counts in the choice of a worker; the engine's default is 100."""
    comparator: int | WorkerLabelComparator | None = None
    """How the label is compared. Default: EQUAL."""

    def __post_init__(self) -> None:
        check_kinds(type(self), vars(self), " of a desired worker label")
        if self.comparator is not None and self.comparator not in list(WorkerLabelComparator):
            names = ", ".join(f"{each.name} ({each.value})" for each in WorkerLabelComparator)
            raise DefinitionError(
                f"the comparator of label {self.key or self.value!r} is {self.comparator}; it is one of {names}"
            )


@dataclass(frozen=True, kw_only=True)
class DefaultFilter:
    """A filter on the events that start a workflow, declared with it.

    A workflow that has filters is started only by events with a scope for which one of them is true.
    """

    expression: str
    """CEL that must be true, over `input` (the event's payload), `payload` (below) and `additional_metadata`."""
    scope: str
    """Scope of the events that it looks at."""
    payload: Mapping[str, object] = field(default_factory=dict[str, object])
    """What the expression reads as `payload`, and the run as `ctx.filter_payload`."""

    def __post_init__(self) -> None:
        check_kinds(type(self), vars(self), " of a default filter")
        if not self.expression.strip():
            raise DefinitionError(
                f"the filter of scope {self.scope!r} has no expression; 'true' lets all events through"
            )
        if not self.scope:
            raise DefinitionError("a DefaultFilter needs a scope: events without one start no workflow with filters")
        cel.check(self.expression, cel.EVENT, f"the expression of the filter {self.scope!r}")


@dataclass(frozen=True, kw_only=True)
class TTLBasedIdempotencyConfig:
    """Refuse a second run with the same key for a fixed time."""

    key_expression: str
    """CEL that yields the key as a string, from `input` and `additional_metadata`; keys are shared by the tenant."""
    ttl: timedelta
    """How long the key is held, even if the run ended long before."""

    def __post_init__(self) -> None:
        check_kinds(type(self), vars(self), " of an idempotency key")
        _check_idempotency(self.key_expression, self.ttl, "ttl")


@dataclass(frozen=True, kw_only=True)
class StatusBasedIdempotencyConfig:
    """Refuse a second run with the same key until the first one has ended."""

    key_expression: str
    """CEL that yields the key as a string, from `input` and `additional_metadata`; keys are shared by the tenant."""
    fallback_ttl: timedelta
    """How long the key is held at most, should the run never end."""

    def __post_init__(self) -> None:
        check_kinds(type(self), vars(self), " of an idempotency key")
        _check_idempotency(self.key_expression, self.fallback_ttl, "fallback_ttl")


IdempotencyConfig = TTLBasedIdempotencyConfig | StatusBasedIdempotencyConfig


def _check_idempotency(expression: str, ttl: timedelta, option: str) -> None:
    if not expression.strip():
        raise DefinitionError("an idempotency key needs a key_expression, such as 'input.order_id'")
    cel.check(expression, cel.RUN, "key_expression of an idempotency key")
    if not timedelta(milliseconds=1) <= ttl <= MAX_TTL:
        raise DefinitionError(
            f"{option} of the key {expression!r} is {ttl}; write a length of time above 0, and 100 years at most"
        )


def comparator_name(comparator: int | WorkerLabelComparator) -> str:
    """The name of a comparator that may be given as its number."""
    return WorkerLabelComparator(comparator).name


def check_priority(value: int, option: str) -> None:
    """Refuse a priority outside 1 to 3."""
    if value not in (1, 2, 3):
        raise DefinitionError(f"{option} is {value}; write 1 (low), 2 (medium) or 3 (high)")

"""What crosses the stream of durable tasks, frozen: requests of an invocation, and what the engine says of it."""

from __future__ import annotations

from hatchet._dataclasses import NamedTuple, dataclass
from hatchet.options.conditions import PlacedCondition
from hatchet.wire.requests import Trigger


class Invocation(NamedTuple):
    """One time that a durable task was handed to a worker; it goes through its log from the top."""

    task_run_id: str
    number: int
    """Counted from 1."""


class Place(NamedTuple):
    """Where an entry stands in the log of a task."""

    branch: int
    node: int


# -- requests, which the engine acknowledges


@dataclass(frozen=True)
class WaitRequest:
    """Wait for conditions."""

    conditions: tuple[PlacedCondition, ...]
    label: str | None = None


@dataclass(frozen=True)
class StartRequest:
    """Start children."""

    runs: tuple[Trigger, ...]
    index: int = 0
    """Number of the first among the task's children; it is sent for those with a key."""


@dataclass(frozen=True)
class MemoRequest:
    """Remember a value, or learn the one remembered."""

    key: bytes
    value: bytes | None = None
    """The value, where it is known already."""
    is_probe: bool = False
    """Whether another entry at its place is an answer too, and no error."""


Request = WaitRequest | StartRequest | MemoRequest


@dataclass(frozen=True)
class MemoValue:
    """The value of a memo that had none; it is not acknowledged."""

    place: Place
    key: bytes
    value: bytes


# -- what the engine says


@dataclass(frozen=True)
class WaitAck:
    """A wait has its entry."""

    place: Place


@dataclass(frozen=True)
class StartAck:
    """Children have their entries; in the order of these."""

    entries: tuple[tuple[Place, str], ...]
    """Place and run of each."""


@dataclass(frozen=True)
class MemoAck:
    """A memo has its entry."""

    place: Place
    value: bytes | None
    """What is remembered; None where nothing is yet."""


@dataclass(frozen=True)
class Completed:
    """What an entry waits for has happened; it may be said more than once."""

    place: Place
    payload: bytes = b""
    failure: str | None = None
    """How a child failed; None where nothing did."""
    order: int | None = None
    """Which entry of the task was satisfied first, second …; older engines do not say."""


@dataclass(frozen=True)
class Refused:
    """A request failed."""

    place: Place
    message: str
    is_nondeterminism: bool = False


@dataclass(frozen=True)
class EvictionAck:
    """The invocation is evicted."""


@dataclass(frozen=True)
class Over:
    """The invocation is over: another one has taken its place, or will."""

    reason: str


Message = WaitAck | StartAck | MemoAck | Completed | Refused | EvictionAck | Over

"""When a durable task that only waits gives its place in the worker up."""

from __future__ import annotations

from datetime import timedelta

from hatchet._dataclasses import dataclass
from hatchet.errors import DefinitionError


@dataclass(frozen=True, kw_only=True)
class EvictionPolicy:
    """When a durable task that only waits gives up its slot; when it can go on, any worker takes it."""

    ttl: timedelta | None
    """How long it waits in the worker's memory; None: as long as there is room."""
    allow_capacity_eviction: bool = True
    """Whether it may go sooner when waiting tasks take all durable slots."""
    priority: int = 0
    """Tasks with lower numbers are evicted first."""

    def __post_init__(self) -> None:
        if self.ttl is not None:
            if not isinstance(self.ttl, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
                raise DefinitionError(f"ttl of an EvictionPolicy is {self.ttl!r}; write a timedelta, or None")
            if self.ttl <= timedelta(0):
                raise DefinitionError(f"ttl of an EvictionPolicy is {self.ttl}; write a length above 0, or None")


DEFAULT_EVICTION = EvictionPolicy(ttl=timedelta(minutes=15))

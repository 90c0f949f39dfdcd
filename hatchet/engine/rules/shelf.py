"""Small things that are all kept in memory, and in SQLite as JSON: filters, crons, schedules, pauses, webhooks."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import ClassVar, Generic, Protocol, TypeVar

from hatchet.engine.rules.core import Core


class Kept(Protocol):
    """A frozen dataclass whose fields are JSON values, one of them its id."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[object]]]

    @property
    def id(self) -> str:
        """What it is stored under."""
        ...


T = TypeVar("T", bound=Kept)


class Shelf(Generic[T]):
    """All things of one kind, by id, in the order in which they came."""

    def __init__(self, core: Core, kind: str, make: type[T]) -> None:
        self._core = core
        self._kind = kind
        self._make = make
        self._things: dict[str, T] = {}

    def load(self, rows: dict[str, str]) -> None:
        """Take in what is stored; without a note that it changed."""
        for identity, text in rows.items():
            self._things[identity] = self._make(**json.loads(text))

    def get(self, identity: str) -> T | None:
        """One thing by its id."""
        return self._things.get(identity)

    def put(self, thing: T) -> T:
        """Add a thing, or replace the one with its id."""
        self._things[thing.id] = thing
        self._core.changes.kept[self._kind, thing.id] = json.dumps(dataclasses.asdict(thing))
        return thing

    def remove(self, identity: str) -> T | None:
        """Take a thing away; the thing, if it was there."""
        thing = self._things.pop(identity, None)
        if thing is not None:
            self._core.changes.kept[self._kind, identity] = None
        return thing

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._things.values()))

    def __len__(self) -> int:
        return len(self._things)

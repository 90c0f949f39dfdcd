"""How waits of durable tasks end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from hatchet._dataclasses import dataclass
from hatchet._lazy import Deferred
from hatchet.errors import InputError
from hatchet.options.conditions import (
    Condition,
    ConditionAction,
    OrGroup,
    PlacedCondition,
    SleepCondition,
    UserEventCondition,
    condition_key,
    group_id,
)

if TYPE_CHECKING:
    from hatchet.options import payload as payloads
else:
    payloads = Deferred("hatchet.options.payload")

T = TypeVar("T")

CREATE = "CREATE"  # what the engine calls the end of a wait


@dataclass(frozen=True)
class SleepResult:
    """A sleep is over."""

    duration: timedelta
    """How long it was to be."""


@dataclass(frozen=True)
class Wait:
    """What a task waits for, with the names under which the engine tells of it."""

    conditions: tuple[PlacedCondition, ...]
    names: dict[str, str]
    """The user's data keys by those of the engine."""
    given: tuple[Condition, ...]
    """The conditions as they were given."""

    @classmethod
    def of(cls, entries: Sequence[Condition | OrGroup], owner: str, namespaced: Callable[[str], str]) -> Wait:
        """The conditions of a wait.

        Raises:
            InputError: there are none, two have the same data key, or one is about a parent.
        """
        placed: list[PlacedCondition] = []
        given: list[Condition] = []
        names: dict[str, str] = {}
        taken: set[str] = set()
        for group, entry in enumerate(entries):
            for condition in entry.conditions if isinstance(entry, OrGroup) else (entry,):
                if not isinstance(condition, SleepCondition | UserEventCondition):
                    raise InputError(f"{owner} waits for {condition!r}; it can wait for sleeps, events and or_ of them")
                name = _free(condition_key(condition), taken)
                if name is None:
                    raise InputError(
                        f"{owner} waits for two conditions with the data key {condition_key(condition)[0]!r}"
                    )
                taken.add(name)
                sent = f"{name}{_fingerprint(condition, group)}"
                names[sent] = name
                given.append(condition)
                if isinstance(condition, UserEventCondition):
                    condition = replace(condition, event_key=namespaced(condition.event_key))
                placed.append(PlacedCondition(condition, ConditionAction.WAIT_FOR, group_id(f"durable/{group}"), sent))
        if not placed:
            raise InputError(f"{owner} waits for nothing; name a condition")
        return cls(tuple(placed), names, tuple(given))

    def outcome(self, payload: bytes) -> WaitOutcome:
        """How the wait ended, from what the engine tells."""
        loaded: object = json.loads(payload) if payload.strip() else {}
        by_action = cast(dict[str, object], loaded) if isinstance(loaded, dict) else {}
        said = by_action.get(CREATE)
        found = cast(dict[str, list[object] | None], said) if isinstance(said, dict) else {}
        data = {self.names.get(sent, sent): values or [] for sent, values in found.items()}
        return WaitOutcome(data, zip(self.given, self.names.values(), strict=True))

    def __str__(self) -> str:
        return ", ".join(self.names.values())


def _free(given: tuple[str, bool], taken: set[str]) -> str | None:
    key, is_given = given
    if key not in taken:
        return key
    if is_given:
        return None
    number = 2
    while f"{key}:{number}" in taken:
        number += 1
    return f"{key}:{number}"


def _fingerprint(condition: SleepCondition | UserEventCondition, group: int) -> str:
    """What of a condition the engine does not compare with that of an earlier invocation, as part of its data key.

    A condition of its own in the first place has none of this.
    """
    scope = condition.scope if isinstance(condition, UserEventCondition) else None
    looks_back = isinstance(condition, UserEventCondition) and condition.consider_events_since is not None
    if not group and scope is None and not looks_back:
        return ""
    return "#" + hashlib.sha256(json.dumps([group, scope, looks_back]).encode()).hexdigest()[:8]


class WaitOutcome(dict[str, Any]):
    """How a wait ended: which conditions held, and what came with them.

    As a dictionary it is `{"CREATE": {data key: [data, …]}}`, with the data keys of the conditions that held.
    """

    def __init__(self, data: dict[str, list[Any]], conditions: Iterable[tuple[Condition, str]]) -> None:
        super().__init__({CREATE: data})
        self._data = data
        self._conditions = list(conditions)

    @property
    def satisfied(self) -> tuple[Condition, ...]:
        """The conditions that held, in the order in which they were given."""
        return tuple(condition for condition, key in self._conditions if key in self._data)

    @property
    def winner(self) -> Condition:
        """The condition that ended the wait; of several that held, the first that was given."""
        return self.satisfied[0]

    def held(self, condition: Condition | str) -> bool:
        """Whether a condition held, which is named by itself or by its data key."""
        return self._key(condition) in self._data

    @overload
    def payload(self, condition: Condition | str) -> Any: ...
    @overload
    def payload(self, condition: Condition | str, payload_validator: type[T]) -> T: ...
    def payload(self, condition: Condition | str, payload_validator: type[Any] | None = None) -> Any:
        """What came with a condition that held: an event's payload, as JSON or as the type that is given.

        Raises:
            InputError: the condition did not hold, or what came is not of the type.
        """
        key = self._key(condition)
        if key not in self._data:
            raise InputError(f"the condition {key!r} did not hold; these did: {', '.join(self._data) or 'none'}")
        values = self._data[key]
        return read_payload(values[0] if values else None, payload_validator, key)

    def _key(self, condition: Condition | str) -> str:
        if isinstance(condition, str):
            return condition
        for each, key in self._conditions:
            if each is condition:
                return key
        for each, key in self._conditions:
            if each == condition:
                return key
        raise InputError(f"{condition!r} is none of the conditions of this wait")


def read_payload(value: object, validator: type[Any] | None, key: str) -> Any:
    """What came with an event; an empty payload is one as well.

    Raises:
        InputError: it is not of the type.
    """
    if validator is None:
        return value
    try:
        return payloads.payload_of(validator).load_object(value)
    except ValueError as error:  # pydantic's ValidationError is one
        raise InputError(f"the payload of {key!r} is no {validator.__name__}: {error}") from error

"""Sleeps and events that a task waits for once its parents are done: what comes true, and what it triggers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import field
from typing import Generic, TypeVar

from hatchet._dataclasses import dataclass
from hatchet.engine.rules.dag import first_action
from hatchet.engine.state import durations, jsontext
from hatchet.engine.state.conditions import Action, Match, Wait


def verdict(match: Match, waits: Iterable[Wait]) -> Action | None:
    """What the facts known so far trigger."""
    return first_action((wait.action, wait.group, place in match.facts) for place, wait in enumerate(waits))


def next_sleep(match: Match, waits: Iterable[Wait]) -> float | None:
    """When the next of the sleeps is over."""
    return min((at for _, at in _sleeping(match, waits)), default=None)


def wake(match: Match, waits: Sequence[Wait], now: float) -> None:
    """Take note of the sleeps that are over."""
    for place, at in list(_sleeping(match, waits)):
        if at <= now:
            match.facts[place] = jsontext.dump({"sleep_duration": waits[place].sleep or ""})


def hear(
    match: Match, waits: Iterable[Wait], key: str, scope: str | None, payload: str, holds: Callable[[Wait], bool]
) -> bool:
    """Take note of an event; whether it satisfied anything."""
    satisfied = False
    for place, wait in enumerate(waits):
        if wait.event_key != key or (wait.scope is not None and wait.scope != scope):
            continue
        if not wait.expression or holds(wait):
            match.facts[place] = payload
            satisfied = True
    return satisfied


def _sleeping(match: Match, waits: Iterable[Wait]) -> Iterable[tuple[int, float]]:
    for place, wait in enumerate(waits):
        if wait.sleep is not None and place not in match.facts:
            yield place, match.since + durations.tolerant(wait.sleep)


T = TypeVar("T", bound=Hashable)


@dataclass(slots=True)
class EventInterest(Generic[T]):
    """Who waits for which event keys."""

    _waiting: dict[str, dict[T, None]] = field(default_factory=dict[str, "dict[T, None]"])

    def follow(self, waiting: T, waits: Iterable[Wait]) -> None:
        """Remember somebody under the keys of all events that are waited for."""
        for key in _keys(waits):
            self._waiting.setdefault(key, {})[waiting] = None

    def forget(self, waiting: T, waits: Iterable[Wait]) -> None:
        """Somebody waits no longer."""
        for key in _keys(waits):
            others = self._waiting.get(key)
            if others is not None:
                others.pop(waiting, None)
                if not others:
                    del self._waiting[key]

    def waiting(self, key: str) -> list[T]:
        """Who waits for an event with this key, in the order in which they began to."""
        return list(self._waiting.get(key, ()))


def _keys(waits: Iterable[Wait]) -> set[str]:
    return {wait.event_key for wait in waits if wait.event_key is not None}

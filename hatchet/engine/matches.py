"""Sleeps and events that a task waits for once its parents are done, and how far it has come. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hatchet.engine import durations, jsontext
from hatchet.engine.dag import Action, first_action

if TYPE_CHECKING:
    from hatchet.engine.model import TaskRun


@dataclass(frozen=True, slots=True)
class Wait:
    """One sleep, or one event; exactly one of `sleep` and `event_key` is set."""

    action: Action
    group: str
    data_key: str
    """Name under which the task finds what satisfied the condition."""
    sleep: str | None = None
    event_key: str | None = None
    scope: str | None = None
    """Only events of this scope count; None accepts all."""
    expression: str = ""
    """CEL over the event's payload, `input`; empty holds for every payload."""


@dataclass(slots=True)
class Match:
    """What of a task's waits has come true so far."""

    since: float
    facts: dict[int, str] = field(default_factory=dict[int, str])
    """Position of the wait in the task's definition → JSON of what satisfied it."""
    fired: bool = False

    def verdict(self, waits: Iterable[Wait]) -> Action | None:
        """What the facts known so far trigger."""
        return first_action((wait.action, wait.group, place in self.facts) for place, wait in enumerate(waits))

    def next_sleep(self, waits: Iterable[Wait]) -> float | None:
        """When the next of the sleeps is over."""
        return min((at for _, at in self._sleeping(waits)), default=None)

    def wake(self, waits: Sequence[Wait], now: float) -> None:
        """Take note of the sleeps that are over."""
        for place, at in list(self._sleeping(waits)):
            if at <= now:
                self.facts[place] = jsontext.dump({"sleep_duration": waits[place].sleep or ""})

    def event(
        self, waits: Iterable[Wait], key: str, scope: str | None, payload: str, holds: Callable[[Wait], bool]
    ) -> bool:
        """Take note of an event; whether it satisfied anything."""
        satisfied = False
        for place, wait in enumerate(waits):
            if wait.event_key != key or (wait.scope is not None and wait.scope != scope):
                continue
            if not wait.expression or holds(wait):
                self.facts[place] = payload
                satisfied = True
        return satisfied

    def data(self, waits: Iterable[Wait]) -> dict[str, str]:
        """JSON of what released the task, by data key; the first of several under one key."""
        found: dict[str, str] = {}
        for place, wait in enumerate(waits):
            if wait.action is Action.QUEUE and place in self.facts:
                found.setdefault(wait.data_key, self.facts[place])
        return found

    def dump(self) -> str:
        """The stored form."""
        return json.dumps([self.since, self.fired, list(self.facts.items())])

    @staticmethod
    def load(text: str) -> Match:
        """Back from the stored form."""
        since, fired, facts = json.loads(text)
        return Match(since, dict(facts), fired)

    def _sleeping(self, waits: Iterable[Wait]) -> Iterable[tuple[int, float]]:
        for place, wait in enumerate(waits):
            if wait.sleep is not None and place not in self.facts:
                yield place, self.since + durations.tolerant(wait.sleep)


@dataclass(slots=True)
class EventInterest:
    """Which tasks wait for which event keys."""

    _tasks: dict[str, dict[str, TaskRun]] = field(default_factory=dict[str, "dict[str, TaskRun]"])

    def follow(self, task: TaskRun) -> None:
        """Remember a task under the keys of all events it waits for."""
        for key in _keys(task):
            self._tasks.setdefault(key, {})[task.id] = task

    def forget(self, task: TaskRun) -> None:
        """A task waits no longer."""
        for key in _keys(task):
            waiting = self._tasks.get(key)
            if waiting is not None:
                waiting.pop(task.id, None)
                if not waiting:
                    del self._tasks[key]

    def waiting(self, key: str) -> list[TaskRun]:
        """The tasks that wait for an event with this key, in the order in which they began to."""
        return list(self._tasks.get(key, {}).values())


def _keys(task: TaskRun) -> set[str]:
    return {wait.event_key for wait in task.definition.waits if wait.event_key is not None}

"""Sleeps and events that a task waits for once its parents are done: what comes true, and what it triggers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field

from hatchet._dataclasses import dataclass
from hatchet.engine.rules.dag import first_action
from hatchet.engine.state import durations, jsontext
from hatchet.engine.state.conditions import Action, Match, Wait
from hatchet.engine.state.model import TaskRun


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

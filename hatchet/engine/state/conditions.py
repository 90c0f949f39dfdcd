"""What a waiting task waits for, and how far it has come; what follows from it is decided in `rules`.

A waiting task holds conditions. Conditions with the same action and group are alternatives; an action fires when each
of its groups has a satisfied one.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Collection, Iterable
from dataclasses import field

from hatchet._dataclasses import dataclass


class Action(enum.Enum):
    """What happens to a waiting task; when several fire at once, the first one listed wins."""

    SKIP = enum.auto()
    ABORT = enum.auto()
    """Cancel because a parent failed or was cancelled."""
    CANCEL = enum.auto()
    QUEUE = enum.auto()


class Outcome(enum.Enum):
    """How a task ended, as far as others care."""

    COMPLETED = enum.auto()
    SKIPPED = enum.auto()
    FAILED = enum.auto()
    CANCELLED = enum.auto()


DONE = frozenset({Outcome.COMPLETED, Outcome.SKIPPED})
BROKEN = frozenset({Outcome.FAILED, Outcome.CANCELLED})


@dataclass(frozen=True)
class Condition:
    """Satisfied once the task `source` has ended with one of `outcomes` and its output satisfies `expression`."""

    action: Action
    group: str
    source: str
    outcomes: frozenset[Outcome]
    expression: str = ""
    """CEL over `output`; empty holds for every output."""


@dataclass(frozen=True)
class Override:
    """What a task's definition says about one of its parents, in place of the rules that all tasks have."""

    action: Action
    group: str
    parent: str
    expression: str


def successor_conditions(parents: Iterable[str], overrides: Collection[Override] = ()) -> tuple[Condition, ...]:
    """Rules of a task with parents: all completed, or all skipped, or any of them failed or cancelled.

    As on the real engine, every group of what cancels must hold. The end of a parent counts in the groups that name it,
    and that of the parents that none names in a group of their own. So clients name each parent in each group.
    """
    found = [Condition(each.action, each.group, each.parent, DONE, each.expression) for each in overrides]
    awaited = {each.parent for each in overrides if each.action is Action.QUEUE}
    skips = any(each.action is Action.SKIP for each in overrides)
    cancels: dict[str, list[str]] = {}
    for each in overrides:
        if each.action is Action.CANCEL:
            cancels.setdefault(each.parent, []).append(each.group)
    for parent in parents:
        if parent not in awaited:
            found.append(Condition(Action.QUEUE, parent, parent, DONE))
        if not skips:
            found.append(Condition(Action.SKIP, parent, parent, frozenset({Outcome.SKIPPED})))
        action = Action.CANCEL if cancels else Action.ABORT
        found += [Condition(action, group, parent, BROKEN) for group in cancels.get(parent, ["any parent"])]
    return tuple(found)


def on_failure_conditions(others: Iterable[str]) -> tuple[Condition, ...]:
    """Rules of an on-failure task: it runs once any other task failed and is skipped when none did."""
    found: list[Condition] = []
    for other in others:
        found.append(Condition(Action.QUEUE, "any task", other, frozenset({Outcome.FAILED})))
        found.append(Condition(Action.SKIP, other, other, DONE | {Outcome.CANCELLED}))
    return tuple(found)


@dataclass(frozen=True)
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

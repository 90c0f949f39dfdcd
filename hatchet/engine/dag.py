"""Which tasks of a DAG run start, are skipped or are cancelled, given how others ended. Pure.

A waiting task holds conditions. Conditions with the same action and group are alternatives; an action fires when each
of its groups has a satisfied one. Facts are named: today a fact is a task that ended, later also a sleep or an event.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


class Action(enum.Enum):
    """What happens to a waiting task; when several fire at once, the first one listed wins."""

    SKIP = "skip"
    CANCEL = "cancel"
    QUEUE = "queue"


class Outcome(enum.Enum):
    """How a task ended, as far as others care."""

    COMPLETED = "completed"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


DONE = frozenset({Outcome.COMPLETED, Outcome.SKIPPED})
BROKEN = frozenset({Outcome.FAILED, Outcome.CANCELLED})


@dataclass(frozen=True, slots=True)
class Condition:
    """Satisfied once the fact `source` has one of `outcomes`."""

    action: Action
    group: str
    source: str
    outcomes: frozenset[Outcome]


def successor_conditions(parents: Iterable[str]) -> tuple[Condition, ...]:
    """Rules of a task with parents: all completed, or all skipped, or any of them failed or cancelled."""
    found: list[Condition] = []
    for parent in parents:
        found.append(Condition(Action.QUEUE, parent, parent, DONE))
        found.append(Condition(Action.SKIP, parent, parent, frozenset({Outcome.SKIPPED})))
        found.append(Condition(Action.CANCEL, "any parent", parent, BROKEN))
    return tuple(found)


def on_failure_conditions(others: Iterable[str]) -> tuple[Condition, ...]:
    """Rules of an on-failure task: it runs once any other task failed and is skipped when none did."""
    found: list[Condition] = []
    for other in others:
        found.append(Condition(Action.QUEUE, "any task", other, frozenset({Outcome.FAILED})))
        found.append(Condition(Action.SKIP, other, other, DONE | {Outcome.CANCELLED}))
    return tuple(found)


def decide(conditions: Iterable[Condition], facts: Mapping[str, Outcome]) -> Action | None:
    """The action that the facts known so far trigger, or None to keep waiting."""
    open_groups: dict[Action, dict[str, bool]] = {}
    for condition in conditions:
        groups = open_groups.setdefault(condition.action, {})
        satisfied = facts.get(condition.source) in condition.outcomes
        groups[condition.group] = groups.get(condition.group, False) or satisfied
    for action in Action:
        if (known := open_groups.get(action)) and all(known.values()):
            return action
    return None


def find_cycle(parents: Mapping[str, Collection[str]]) -> list[str] | None:
    """The names along one cycle of parent links, first one repeated at the end, or None when there is none."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(start, False)]
        on_path: set[str] = set()
        while stack:
            name, leaving = stack.pop()
            if leaving:
                path.pop()
                on_path.discard(name)
                done.add(name)
                continue
            if name in on_path:
                return [*path[path.index(name) :], name]
            if name in done:
                continue
            path.append(name)
            on_path.add(name)
            stack.append((name, True))
            stack.extend((parent, False) for parent in parents.get(name, ()))
    return None


def descendants(names: Iterable[str], dependents: Mapping[str, Collection[str]]) -> set[str]:
    """The tasks named and everything that directly or indirectly waits for one of them."""
    found: set[str] = set()
    open_names = list(names)
    while open_names:
        name = open_names.pop()
        if name not in found:
            found.add(name)
            open_names.extend(dependents.get(name, ()))
    return found

"""Which tasks of a DAG run start, are skipped or are cancelled, given how others ended. Pure.

A waiting task holds conditions. Conditions with the same action and group are alternatives; an action fires when each
of its groups has a satisfied one. Here the facts are the ends of other tasks; sleeps and events are in `matches`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass


class Action(enum.Enum):
    """What happens to a waiting task; when several fire at once, the first one listed wins."""

    SKIP = "skip"
    ABORT = "abort"
    """Cancel because a parent failed or was cancelled; the task's own conditions cannot change that."""
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
    """Satisfied once the task `source` has ended with one of `outcomes` and its output satisfies `expression`."""

    action: Action
    group: str
    source: str
    outcomes: frozenset[Outcome]
    expression: str = ""
    """CEL over `output`; empty holds for every output."""


@dataclass(frozen=True, slots=True)
class Override:
    """What a task's definition says about one of its parents, in place of the rules that all tasks have."""

    action: Action
    group: str
    parent: str
    expression: str


def successor_conditions(parents: Iterable[str], overrides: Collection[Override] = ()) -> tuple[Condition, ...]:
    """Rules of a task with parents: all completed, or all skipped, or any of them failed or cancelled."""
    found = [Condition(each.action, each.group, each.parent, DONE, each.expression) for each in overrides]
    awaited = {each.parent for each in overrides if each.action is Action.QUEUE}
    skips = any(each.action is Action.SKIP for each in overrides)
    for parent in parents:
        if parent not in awaited:
            found.append(Condition(Action.QUEUE, parent, parent, DONE))
        if not skips:
            found.append(Condition(Action.SKIP, parent, parent, frozenset({Outcome.SKIPPED})))
        found.append(Condition(Action.ABORT, "any parent", parent, BROKEN))
    return tuple(found)


def on_failure_conditions(others: Iterable[str]) -> tuple[Condition, ...]:
    """Rules of an on-failure task: it runs once any other task failed and is skipped when none did."""
    found: list[Condition] = []
    for other in others:
        found.append(Condition(Action.QUEUE, "any task", other, frozenset({Outcome.FAILED})))
        found.append(Condition(Action.SKIP, other, other, DONE | {Outcome.CANCELLED}))
    return tuple(found)


def decide(
    conditions: Iterable[Condition],
    facts: Mapping[str, Outcome],
    holds: Callable[[Condition], bool] = lambda _: True,
) -> Action | None:
    """The action that the facts known so far trigger, or None to keep waiting; `holds` judges expressions."""
    return first_action(
        (each.action, each.group, facts.get(each.source) in each.outcomes and (not each.expression or holds(each)))
        for each in conditions
    )


def first_action(conditions: Iterable[tuple[Action, str, bool]]) -> Action | None:
    """The first action whose groups each have a satisfied condition; conditions are (action, group, satisfied)."""
    open_groups: dict[Action, dict[str, bool]] = {}
    for action, group, satisfied in conditions:
        groups = open_groups.setdefault(action, {})
        groups[group] = groups.get(group, False) or satisfied
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

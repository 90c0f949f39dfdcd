"""Which tasks of a DAG run start, are skipped or are cancelled, given how others ended. Pure.

Here the facts are the ends of other tasks; sleeps and events are in `matches`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from hatchet.engine.state.conditions import Action, Condition, Outcome


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

"""The calls of a durable task: how one is recognised when the task comes to it again, and how it is told to people.

Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from hatchet.engine.rules.triggering import Trigger
from hatchet.engine.state.conditions import Wait
from hatchet.engine.state.durable import EntryKind, LogEntry

SHOWN = 120
"""Characters of an input or a key that an error shows."""


def key_of_run(trigger: Trigger) -> bytes:
    """What tells the start of a child from others: its workflow and its input, letter by letter."""
    return _digest([EntryKind.RUN.value, trigger.workflow, trigger.input])


def key_of_wait(waits: Iterable[Wait]) -> bytes:
    """What tells a wait from others: its groups, in whatever order they and their conditions are given.

    Not the moment since which events count, which programs take from the clock.
    """
    conditions = {
        (wait.data_key, wait.sleep or "", wait.event_key or "", wait.scope or "", wait.expression, wait.group)
        for wait in waits
    }
    groups: dict[str, list[list[str]]] = {}
    for *condition, group in sorted(conditions):
        groups.setdefault(group, []).append(condition)
    return _digest([EntryKind.WAIT_FOR.value, *sorted(groups.values())])


def grouped(waits: Iterable[Wait]) -> list[list[Wait]]:
    """The conditions, alternatives together, in the order of their groups."""
    groups: dict[str, list[Wait]] = {}
    for wait in waits:
        groups.setdefault(wait.group, []).append(wait)
    return list(groups.values())


def describe_runs(triggers: Sequence[Trigger], *, closely: bool = False) -> str:
    """A request for children as people read it."""
    if closely:
        return ", ".join(f"run({each.workflow} with the input {_cut(each.input)})" for each in triggers)
    return f"run({', '.join(each.workflow for each in triggers)})"


def describe_waits(waits: Sequence[Wait], *, closely: bool = False) -> str:
    """A wait as people read it."""
    parts: list[str] = []
    for group in grouped(waits):
        said = [_describe(wait, closely) for wait in group]
        parts.append(said[0] if len(said) == 1 else f"any of: {', '.join(said)}")
    return " and ".join(parts) or "waiting"


def describe_memo(key: bytes, *, closely: bool = False) -> str:
    """A memo as people read it."""
    return f"memo with the key {key.hex()[:SHOWN]}" if closely else "memo"


def describe(entry: LogEntry, child_input: str | None, *, closely: bool = False) -> str:
    """An entry as people read it."""
    match entry.kind:
        case EntryKind.RUN:
            if closely and child_input is not None:
                return f"run({entry.workflow} with the input {_cut(child_input)})"
            return f"run({entry.workflow})"
        case EntryKind.WAIT_FOR:
            return describe_waits(entry.waits, closely=closely)
        case EntryKind.MEMO:
            return describe_memo(entry.key, closely=closely)


def _describe(wait: Wait, closely: bool) -> str:
    said = f"sleep({wait.sleep})" if wait.sleep is not None else f"event({wait.event_key})"
    if closely:
        more = [f"as {wait.data_key}"]
        more += [f"in the scope {wait.scope}"] if wait.scope else []
        more += [f"if {_cut(wait.expression)}"] if wait.expression else []
        said = f"{said} {' '.join(more)}"
    return said


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _digest(parts: Sequence[object]) -> bytes:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest().encode()

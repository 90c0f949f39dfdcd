"""Pictures of workflows and of runs, as text of Mermaid, which GitHub, GitLab, notebooks and many editors draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from hatchet._dataclasses import dataclass
from hatchet.options.conditions import (
    Condition,
    ConditionAction,
    OrGroup,
    ParentCondition,
    SleepCondition,
    UserEventCondition,
)
from hatchet.options.durations import render_duration

if TYPE_CHECKING:
    from hatchet.options.specs import TaskSpec

Direction = Literal["LR", "TB"]
"""Which way a picture runs: from left to right, or from top to bottom."""

COLOURS: Final = {
    "QUEUED": "fill:#e2e8f0,stroke:#475569,color:#0f172a",
    "RUNNING": "fill:#dbeafe,stroke:#1d4ed8,color:#172554",
    "COMPLETED": "fill:#dcfce7,stroke:#15803d,color:#052e16",
    "FAILED": "fill:#fee2e2,stroke:#b91c1c,color:#450a0a",
    "CANCELLED": "fill:#fef3c7,stroke:#b45309,color:#451a03",
    "SKIPPED": "fill:#f8fafc,stroke:#94a3b8,color:#334155,stroke-dasharray:4",
    "EVICTED": "fill:#ede9fe,stroke:#6d28d9,color:#2e1065",
}
"""How tasks look by their states."""

_WORDS: Final = {
    ConditionAction.WAIT_FOR: "waits for",
    ConditionAction.SKIP_IF: "skipped if",
    ConditionAction.CANCEL_IF: "cancelled if",
}
# What means something in a label of Mermaid, or in the HTML that it makes of one.
_ENTITIES: Final = str.maketrans({each: f"#{ord(each)};" for each in '#"<>&`\\'} | {"\n": " ", "\r": " "})


@dataclass(frozen=True)
class Node:
    """A task in a picture."""

    name: str
    """Its name in the workflow."""
    parents: Sequence[str] = ()
    """The tasks that it comes after."""
    is_durable: bool = False
    """It is drawn with double sides."""
    is_on_failure: bool = False
    """It runs when another has failed: drawn as a hexagon, at the end of a dotted arrow."""
    notes: Sequence[str] = ()
    """Further lines below its name."""


def mermaid(nodes: Sequence[Node], states: Mapping[str, str] | None = None, direction: Direction = "LR") -> str:
    """A flowchart of tasks.

    Args:
        nodes: the tasks.
        states: where tasks are, by name; those that are not named have not been created yet.
        direction: which way it runs.
    """
    ids = {node.name: f"t{number}" for number, node in enumerate(nodes)}
    lines = [f"flowchart {direction}"]
    lines += [f"    {ids[node.name]}{_shape(node, (states or {}).get(node.name))}" for node in nodes]
    for node in nodes:
        arrow = "-. on failure .->" if node.is_on_failure else "-->"
        lines += [f"    {ids[parent]} {arrow} {ids[node.name]}" for parent in node.parents if parent in ids]
    shown = {state: [ids[name] for name in ids if (states or {}).get(name) == state] for state in COLOURS}
    for state, members in shown.items():
        if members:
            lines.append(f"    classDef {state.lower()} {COLOURS[state]}")
            lines.append(f"    class {','.join(members)} {state.lower()}")
    return "\n".join(lines) + "\n"


def _shape(node: Node, state: str | None) -> str:
    texts = [node.name, *([] if state is None else [state]), *node.notes]
    label = "<br/>".join(text.translate(_ENTITIES) for text in texts)
    if node.is_on_failure:
        return f'{{{{"{label}"}}}}'
    return f'[["{label}"]]' if node.is_durable else f'["{label}"]'


def fenced(text: str) -> str:
    """A picture in Markdown."""
    return f"```mermaid\n{text}```\n"


def notes_of(spec: TaskSpec) -> tuple[str, ...]:
    """What a task waits for, is skipped for and is cancelled by, a line for each entry."""
    return tuple(f"{_WORDS[action]} {_said(entry)}" for action, entries in spec.conditions() for entry in entries)


def _said(entry: Condition | OrGroup) -> str:
    match entry:
        case OrGroup(conditions=conditions):
            return " or ".join(map(_said, conditions))
        case SleepCondition(duration=duration):
            return f"sleep {render_duration(duration, 'duration')}"
        case UserEventCondition(event_key=key):
            return f"event {key}" + (f" where {entry.full_expression}" if entry.full_expression else "")
        case ParentCondition(parent=parent, expression=expression):
            return f"the output of {parent.name}" + (f" where {expression}" if expression else "")
        case _:
            return str(entry)

"""Durable tasks as lists of steps: their code, and what each step may come to."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Memo:
    """Remember a value."""

    name: str


@dataclass(frozen=True)
class Children:
    """Start children at once and wait for all of them."""

    names: tuple[str, ...]
    keyed: bool = False


@dataclass(frozen=True)
class WaitFor:
    """Wait for an event, or for time to pass."""

    name: str
    sleeps: bool = False


@dataclass(frozen=True)
class First:
    """Begin several things, and go on with the first that is done; the others stay begun."""

    waits: tuple[WaitFor, ...]


@dataclass(frozen=True)
class Both:
    """Begin a wait and children, and wait for all of it."""

    wait: WaitFor
    children: Children


Step = Memo | Children | WaitFor | First | Both


@dataclass(frozen=True)
class Question:
    """Something that the task asks the engine."""

    what: Memo | Children | WaitFor


@dataclass(frozen=True)
class Await:
    """Wait for results of nodes: for all of them, or the first."""

    nodes: tuple[int, ...]
    all: bool


Code = Generator[Question | Await, "list[int] | list[tuple[int, str]]", "list[object]"]


def code_of(steps: Sequence[Step], trace: list[object]) -> Code:
    """The code of a task that takes these steps, and adds to the trace what each of them came to."""
    for step in steps:
        match step:
            case Memo():
                yield Question(step)
                trace.append(f"memo {step.name}")
            case Children() | WaitFor():
                nodes = yield Question(step)
                trace.append(sorted((yield Await(tuple(map(_node, nodes)), all=True))))
            case First():
                begun: list[int] = []
                for wait in step.waits:
                    begun += map(_node, (yield Question(wait)))
                trace.append((yield Await(tuple(begun), all=False)))
            case Both():
                nodes = [*map(_node, (yield Question(step.wait))), *map(_node, (yield Question(step.children)))]
                trace.append(sorted((yield Await(tuple(nodes), all=True))))
    return trace


def _node(each: int | tuple[int, str]) -> int:
    assert isinstance(each, int)
    return each


def first_index(names: tuple[str, ...]) -> int:
    """A first child index for a step, other than those of other steps."""
    return int(names[0].removeprefix("c")) * 10


def children_of(step: Step) -> tuple[str, ...]:
    match step:
        case Children():
            return step.names
        case Both():
            return step.children.names
        case _:
            return ()


def events_of(step: Step) -> tuple[str, ...]:
    match step:
        case WaitFor():
            return () if step.sleeps else (step.name,)
        case First():
            return tuple(each.name for each in step.waits if not each.sleeps)
        case Both():
            return events_of(step.wait)
        case _:
            return ()


def expected(step: Step, trace: object) -> bool:
    """Whether a step may have come to this; only of the first of several there is a choice."""

    def values(each: Memo | Children | WaitFor) -> list[str]:
        match each:
            case Children(names):
                return [json.dumps({"name": name}) for name in names]
            case WaitFor(name, sleeps):
                data = '{"sleep_duration":"10s"}' if sleeps else json.dumps({"of": name})
                return [json.dumps({"CREATE": {name: [json.loads(data)]}})]
            case Memo(name):
                return [name]

    def told(found: object) -> list[str]:
        assert isinstance(found, list)
        return sorted(json.dumps(json.loads(text)) for _, text in found)

    match step:
        case Memo(name):
            return trace == f"memo {name}"
        case First(waits):
            return told(trace) in [values(wait) for wait in waits]
        case Both(wait, children):
            return told(trace) == sorted(values(wait) + values(children))
        case Children() | WaitFor():
            return told(trace) == sorted(values(step))

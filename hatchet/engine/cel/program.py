"""A compiled CEL expression: what it is evaluated in, and what its macros do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from typing import TypeAlias

from hatchet._dataclasses import dataclass
from hatchet.engine.cel.functions import Function
from hatchet.engine.cel.values import CelFault, Value

MAX_COST = 100_000
"""Most steps of one evaluation; only macros over lists can make them many. Worth some tens of milliseconds."""


@dataclass(slots=True)
class Frame:
    """What an evaluation knows: the variables, and how many steps it may still take."""

    names: dict[str, Value]
    left: int = MAX_COST

    def get(self, name: str) -> Value:
        """The value of a variable."""
        try:
            return self.names[name]
        except KeyError:
            raise CelFault(f"no such attribute(s): {name}") from None

    def spend(self, steps: int) -> None:
        """Count steps; raises CelFault when there are too many."""
        self.left -= steps
        if self.left < 0:
            raise CelFault(f"the expression takes more than {MAX_COST} steps")


Evaluator: TypeAlias = Callable[[Frame], Value]


@dataclass(frozen=True)
class Typed:
    """A part of an expression: its type, those of its elements and keys, its length, and how to get its value."""

    type: str
    run: Evaluator
    weight: int = 1
    element: str = "dyn"
    key: str = "dyn"


def paid(frame: Frame, function: Function, args: tuple[Value, ...]) -> Value:
    """The value of a call; what is long costs more, to read and still more to build."""
    result = function.call(args)
    for value, share in (*((arg, 1000) for arg in args), (result, 100)):
        if isinstance(value, str | bytes | list | tuple) and len(value) > share:
            frame.spend(len(value) // share)
    return result


# -- truth ---------------------------------------------------------------------------------------------------------


def true(value: Value) -> bool:
    """Whether a condition holds; raises CelFault when it is none."""
    if not isinstance(value, bool):
        raise CelFault("no such overload")
    return value


def decided(frame: Frame, tests: Iterable[Evaluator], decisive: bool) -> bool:
    """What several conditions come to; one that decides alone makes up for the faults of others."""
    fault: CelFault | None = None
    for test in tests:
        try:
            value = test(frame)
        except CelFault as error:
            fault = fault or error
            continue
        if value is decisive:
            return decisive
        if not isinstance(value, bool):
            fault = fault or CelFault("no such overload")
    if fault is not None:
        raise fault
    return not decisive


# -- macros --------------------------------------------------------------------------------------------------------

Each: TypeAlias = Callable[[Frame], Generator[Value, None, None]]


def each_item(bound: str, operand: Evaluator, cost: int) -> Each:
    """The items that a macro goes through, each bound to its name and paid for."""

    def run(frame: Frame) -> Generator[Value, None, None]:
        found = operand(frame)
        if isinstance(found, str | bytes) or not isinstance(found, list | tuple | dict):
            raise CelFault("no such overload")
        missing = object()
        before = frame.names.get(bound, missing)
        try:
            for item in found:
                frame.spend(cost)
                frame.names[bound] = item
                yield item
        finally:
            if before is missing:
                frame.names.pop(bound, None)
            else:
                frame.names[bound] = before  # type: ignore[assignment]  # not the marker, so a value

    return run


def _quantifier(each: Each, body: Sequence[Typed], decisive: bool) -> tuple[str, Evaluator]:
    test = body[0].run

    def run(frame: Frame) -> Value:
        with closing(each(frame)) as items:
            return decided(frame, (test for _ in items), decisive)

    return "bool", run


def _one(each: Each, body: Sequence[Typed]) -> tuple[str, Evaluator]:
    test = body[0].run
    return "bool", lambda frame: sum(true(test(frame)) for _ in each(frame)) == 1


def _filter(each: Each, body: Sequence[Typed]) -> tuple[str, Evaluator]:
    test = body[0].run
    return "list", lambda frame: [item for item in each(frame) if true(test(frame))]


def _map(each: Each, body: Sequence[Typed]) -> tuple[str, Evaluator]:
    if len(body) == 1:
        make = body[0].run
        return "list", lambda frame: [make(frame) for _ in each(frame)]
    test, make = body[0].run, body[1].run
    return "list", lambda frame: [make(frame) for _ in each(frame) if true(test(frame))]


MACROS: dict[str, Callable[[Each, Sequence[Typed]], tuple[str, Evaluator]]] = {
    "all": lambda each, body: _quantifier(each, body, False),
    "exists": lambda each, body: _quantifier(each, body, True),
    "exists_one": _one,
    "map": _map,
    "filter": _filter,
}

"""A compiled CEL expression: what it is evaluated in, and what its macros do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from typing import TypeAlias

from hatchet._dataclasses import dataclass
from hatchet.engine.cel.functions import Function
from hatchet.engine.cel.kinds import Kind
from hatchet.engine.cel.values import CelFault, Exhausted, Meter, Value, is_list, is_map


class Frame(Meter):
    """What an evaluation knows: the variables, and how many steps it may still take."""

    __slots__ = ("names",)

    def __init__(self, names: dict[str, Value]) -> None:
        super().__init__()
        self.names: dict[str, Value] = names

    def get(self, name: str) -> Value:
        """The value of a variable."""
        try:
            return self.names[name]
        except KeyError:
            raise CelFault(f"no such attribute(s): {name}") from None


Evaluator: TypeAlias = Callable[[Frame], Value]


@dataclass(frozen=True)
class Typed:
    """A part of an expression: its type, how to get its value, and how many steps that takes without macros."""

    kind: Kind
    run: Evaluator
    weight: int = 1

    @property
    def type(self) -> str:
        """The name of the type; `dyn` when only data decides."""
        return "dyn" if self.kind.open else self.kind.name


_READ_PER_STEP = 100
"""Characters of an argument, or of a result, that a function goes through in the time of a step."""
_ITEMS_PER_STEP = 20


def paid(frame: Frame, function: Function, args: tuple[Value, ...]) -> Value:
    """The value of a call; what is long costs more, to read and to build."""
    overload = function.fitting(args)
    if overload.free:
        result: Value = overload.call(*args)
        return result
    for arg in args:
        _pay(frame, arg)
    result = overload.call(frame, *args) if overload.metered else overload.call(*args)
    _pay(frame, result)
    return result


def _pay(frame: Frame, value: Value) -> None:
    if isinstance(value, str | bytes):
        if len(value) >= _READ_PER_STEP:
            frame.spend(len(value) // _READ_PER_STEP)
    elif isinstance(value, list | tuple) and len(value) >= _ITEMS_PER_STEP:
        frame.spend(len(value) // _ITEMS_PER_STEP)


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
        except Exhausted:
            raise
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
        if not (is_list(found) or is_map(found)):
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


def _quantifier(each: Each, body: Sequence[Evaluator], decisive: bool) -> Evaluator:
    test = body[0]

    def run(frame: Frame) -> Value:
        with closing(each(frame)) as items:
            return decided(frame, (test for _ in items), decisive)

    return run


def _one(each: Each, body: Sequence[Evaluator]) -> Evaluator:
    test = body[0]
    return lambda frame: sum([true(test(frame)) for _ in each(frame)]) == 1


def _filter(each: Each, body: Sequence[Evaluator]) -> Evaluator:
    test = body[0]
    return lambda frame: [item for item in each(frame) if true(test(frame))]


def _map(each: Each, body: Sequence[Evaluator]) -> Evaluator:
    if len(body) == 1:
        make = body[0]
        return lambda frame: [make(frame) for _ in each(frame)]
    test, make = body
    return lambda frame: [make(frame) for _ in each(frame) if true(test(frame))]


MACROS: dict[str, Callable[[Each, Sequence[Evaluator]], Evaluator]] = {
    "all": lambda each, body: _quantifier(each, body, False),
    "exists": lambda each, body: _quantifier(each, body, True),
    "exists_one": _one,
    "map": _map,
    "filter": _filter,
}

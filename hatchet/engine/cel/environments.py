"""CEL: what expressions of users may refer to, and their values. Pure.

An expression is compiled once and kept as long as there is room. A fault, at compile time or for certain data, is a
`CelFault`; callers turn it into the words that the protocol has for their case.
"""

from __future__ import annotations

import enum
import json
import math
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hatchet.engine.cel.values import CelFault, Meter, Scalar, Value, type_name

if TYPE_CHECKING:
    from hatchet.engine.cel.program import Typed

__all__ = [
    "CelFault",
    "CompileFault",
    "Environment",
    "Value",
    "check",
    "evaluate",
    "evaluate_bool",
    "evaluate_int",
    "evaluate_str",
    "json_object",
    "whole",
]

MAX_COMPILED = 2_000
"""Compiled expressions that are kept."""


class Environment(enum.Enum):
    """Where an expression stands, which decides the variables and functions it has."""

    WORKFLOW = enum.auto()
    """Keys and amounts of limits, idempotency keys, batch keys: `input`, `additional_metadata`, `workflow_run_id`."""
    TASK = enum.auto()
    """As WORKFLOW with `parents`; the real engine checks rate limits with it, and evaluates them without."""
    EVENT = enum.auto()
    """Event filters: `input`, `additional_metadata`, `payload`, `event_id`, `event_key`."""
    CONDITION = enum.auto()
    """Conditions of tasks: `input`, `output`."""
    WEBHOOK = enum.auto()
    """Keys and scopes of webhooks: `input`, `headers`."""


class CompileFault(CelFault):
    """An expression that is wrong whatever the data."""


class WrongType(CelFault):
    """A value that is not of the type that is asked for."""


class _Cache:
    """The compiled expressions; faults are kept too, since a wrong expression is met as often as a right one."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, Environment], Typed | CelFault] = OrderedDict()

    def get(self, text: str, environment: Environment) -> Typed:
        key = (text, environment)
        found = self._found.get(key)
        if found is None:
            from hatchet.engine.cel.vocabularies import compiled  # most engines never meet an expression

            try:
                found = compiled(text, environment.name)
            except CelFault as fault:
                found = fault
            self._found[key] = found
            if len(self._found) > MAX_COMPILED:
                self._found.popitem(last=False)
        else:
            self._found.move_to_end(key)
        if isinstance(found, CelFault):
            raise CompileFault(*found.args)
        return found


_cache = _Cache()


def check(text: str, environment: Environment) -> str:
    """The static type of an expression, `dyn` when only data decides; raises CelFault when it does not compile."""
    return _cache.get(text, environment).type


def json_object(text: str | None) -> Mapping[Scalar, Value]:
    """The object of a JSON text as expressions see it: every number is a double."""
    if not text:
        return {}
    try:
        value: Value = json.loads(text, parse_int=float)
    except RecursionError:
        raise CelFault("the data are nested too deeply") from None
    return value if isinstance(value, Mapping) else {}


def evaluate(text: str, environment: Environment, names: Mapping[str, Value], shared: Meter | None = None) -> Value:
    """The value of an expression; raises CelFault.

    Args:
        shared: what several evaluations may take together; by default each may take what one may.
    """
    compiled = _cache.get(text, environment)
    from hatchet.engine.cel.program import Frame  # loaded, as something is compiled

    frame = Frame(dict(names))
    if shared is not None:
        frame.left = min(frame.left, shared.left)
    given = frame.left
    try:
        frame.spend(compiled.weight)
        return compiled.run(frame)
    except RecursionError:
        raise CelFault("the expression is nested too deeply") from None
    finally:
        if shared is not None:
            shared.left -= given - max(frame.left, 0)


def evaluate_str(text: str, environment: Environment, names: Mapping[str, Value]) -> str:
    """The value of an expression that must give a string."""
    value = evaluate(text, environment, names)
    if not isinstance(value, str):
        raise CelFault(f"output must evaluate to a string: got {type_name(value)}")
    return value


def evaluate_bool(text: str, environment: Environment, names: Mapping[str, Value], shared: Meter | None = None) -> bool:
    """The value of an expression that must give true or false."""
    value = evaluate(text, environment, names, shared)
    if not isinstance(value, bool):
        raise WrongType(f"expression did not evaluate to a boolean: got {type_name(value)}")
    return value


def evaluate_int(text: str, environment: Environment, names: Mapping[str, Value]) -> int:
    """The value of an expression that must give a whole number; a double is cut off."""
    return whole(evaluate(text, environment, names), "an integer")


def whole(value: Value, wanted: str) -> int:
    """A value as a whole number; a double is cut off, anything else is not what was `wanted`."""
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise CelFault(f"output must evaluate to {wanted}: got {type_name(value)}")
    return int(value)

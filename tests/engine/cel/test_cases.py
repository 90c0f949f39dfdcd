"""What cel-go answers, which the real engine evaluates with, for the expressions of cel-spec's conformance data."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hatchet.engine.cel import CelFault, Value, functions
from hatchet.engine.cel.compile import Vocabulary, compile_expression
from hatchet.engine.cel.program import Frame
from hatchet.engine.cel.values import Unsigned, is_list, is_map, made_map

DATA = Path(__file__).parent / "data" / "cases.jsonl"


@cache
def cases() -> dict[str, list[dict[str, Any]]]:
    """The cases by their group."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in DATA.read_text().splitlines():
        case = json.loads(line)
        found.setdefault(case["group"], []).append(case)
    return found


def variable(given: dict[str, Any]) -> Value:
    """The value of a variable of a case."""
    kind: str = given["k"]
    if kind == "null":
        return None
    value: Any = given["v"]
    match kind:
        case "list":
            return [variable(item) for item in value]
        case "map":
            return made_map([(variable(key), variable(item)) for key, item in value])
        case _:
            kinds: dict[str, Any] = {"int": int, "uint": Unsigned, "double": float, "bool": bool, "str": str}
            made: Value = kinds[kind](value)
            return made


def written(value: Value) -> str:
    """A value as the answers write it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"b:{str(value).lower()}"
    if isinstance(value, int):
        return f"n:{int(value)}"
    if isinstance(value, float):
        return f"d:{value!r}"
    if isinstance(value, str):
        return f"s:{value}"
    if isinstance(value, bytes):
        return f"y:{value.hex()}"
    if is_list(value):
        return f"[{','.join(map(written, value))}]"
    if is_map(value):
        return "{" + ",".join(sorted(f"{written(key)}={written(item)}" for key, item in value.items())) + "}"
    raise AssertionError(f"no answer has a {value!r}")


def answer(case: dict[str, Any]) -> str:
    """What our evaluator says to a case."""
    names = {name: variable(given) for name, given in case["variables"].items()}
    vocabulary = Vocabulary(dict.fromkeys(names, ("dyn", "dyn")), functions.QUOTE, functions.STRINGS)
    try:
        return "OK " + written(compile_expression(case["expression"], vocabulary).run(Frame(names)))
    except CelFault as fault:
        return f"ERR {fault}"


def agrees(case: dict[str, Any]) -> bool:
    """Whether our answer is cel-go's; of errors only that they are some."""
    wanted, given = case["cel_go"], answer(case)
    if not wanted.startswith("OK"):
        return given.startswith("ERR")
    if wanted.startswith("OK d:") and given.startswith("OK d:"):
        one, other = float(wanted[5:]), float(given[5:])
        return one == other or (math.isnan(one) and math.isnan(other))
    return bool(given == wanted)


@pytest.mark.parametrize("group", sorted(cases()))
def test_an_expression_gives_what_the_real_engine_gives(group: str) -> None:
    assert {case["expression"]: answer(case) for case in cases()[group] if not agrees(case)} == {}


def test_every_case_is_there() -> None:
    assert sum(map(len, cases().values())) == 635

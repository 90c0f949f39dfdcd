"""What an expression makes of values that it only meets when it runs: inputs of a kind that it was not written for."""

from __future__ import annotations

import pytest

from hatchet.engine import cel
from hatchet.engine.cel import CelFault, Environment

INPUT = """{
    "list": [1, 2], "map": {"a": 1}, "nothing": null, "s": "text", "n": 7, "f": 2.5, "t": true, "nan": "NaN",
    "odd": "\\ud800", "big": 1e300, "word": "zz", "zone": "Nowhere/City"
}"""
NAMES: dict[str, cel.Value] = {
    "input": cel.json_object(INPUT),
    "additional_metadata": cel.json_object("{}"),
    "payload": cel.json_object("{}"),
    "event_id": "i",
    "event_key": "k",
}


def fault(expression: str) -> str:
    with pytest.raises(CelFault) as caught:
        cel.evaluate_bool(expression, Environment.EVENT, NAMES)
    return str(caught.value)


@pytest.mark.parametrize("function", ["int", "uint", "double", "bool", "string", "bytes", "timestamp", "duration"])
@pytest.mark.parametrize("value", ["list", "map", "nothing"])
def test_a_conversion_takes_what_it_can_read(function: str, value: str) -> None:
    assert fault(f"{function}(input.{value}) == {function}(input.s)") == "no such overload"


CASES = {
    "bool(input.n)": "no such overload",
    "bytes(input.n) == b''": "no such overload",
    "duration(input.n) == duration('1s')": "no such overload",
    "timestamp(input.f) == timestamp(0)": "no such overload",
    "double(input.word) == 1.0": "double",
    "double('1e999') == 1.0": "double",
    "double('0x1p99999') == 1.0": "double",
    "int(input.big) == 1": "overflow",
    "uint(input.f - 9.0) == 1u": "overflow",
    "timestamp(9223372036854775807) == timestamp(0)": "overflow",
    "timestamp(0).getHours(input.zone) == 1": "unknown time zone Nowhere/City",
    "double(input.nan) < 1.0": "NaN values cannot be ordered",
    "1 in input.s": "no such overload",
    "1 in input.n": "no such overload",
    "input.list['a'] == 1": "unsupported index type 'string' in list",
    "input.list[input.f] == 1": "unsupported index value 2.5 in list",
    "input.list[2] == 1": "index out of bounds: 2",
    "input.n[0] == 1": "no such overload",
    "input.n.a == 1": "no such overload",
    "input.map.b == 1": "no such key: b",
    "has(input.list.a)": "unsupported index type 'string' in list",
    "{input.list: 1} == {}": "unsupported key type: list",
    "size(input.n) == 1": "no such overload",
    "input.s.charAt(5) == ''": "index out of range: 5",
    "input.s.charAt(-1) == ''": "index out of range: -1",
    "input.s.indexOf('t', -1) == 0": "index out of range: -1",
    "input.s.lastIndexOf('t', -1) == 0": "index out of range: -1",
    "input.s.substring(3, 2) == ''": "invalid substring range. start: 3, end: 2",
    "input.s.substring(-1) == ''": "index out of range: -1",
    "input.s.substring(5) == ''": "index out of range: 5",
    "input.s.substring(0, 5) == ''": "index out of range: 5",
    "input.odd.matches('a')": "a text that is not valid Unicode matches no regular expression",
    "input.s.matches('(')": "invalid or too large regular expression: '('",
    "input.s.matches(input.s + '" + "a" * 2000 + "')": "the regular expression has 2004 characters, more than",
    "input.n && true": "no such overload",
}


@pytest.mark.parametrize("expression", CASES, ids=lambda text: text[:40])
def test_a_value_of_the_wrong_kind_is_named(expression: str) -> None:
    assert CASES[expression] in fault(expression)


@pytest.mark.parametrize(
    "expression", ["size('a',) == 1", "'a'.size(,) == 1", "max(1,) == 1", "[1,,2] == []", "{'a': 1,,} == {}"]
)
def test_a_comma_too_many_is_a_fault(expression: str) -> None:
    assert "Syntax error" in fault(expression)


TRUE = [
    "[1, 2,] == [1, 2] && {'a': 1,} == {'a': 1}",
    "'%s'.format([timestamp('2024-01-01T00:00:00+02:00')]) == '2023-12-31T22:00:00Z'",
    "has(input.map.a) && !has(input.map.b) && !has(input.n.b)",
    "input.s.charAt(4) == '' && input.s.charAt(3) == 't'",
    "input.s.substring(4) == '' && input.s.substring(1, 3) == 'ex'",
    "input.s.indexOf('t', 1) == 3 && input.s.indexOf('t', 9) == -1 && input.s.indexOf('', 9) == 4",
    "input.s.lastIndexOf('t') == 3 && input.s.lastIndexOf('t', 2) == 0 && input.s.lastIndexOf('', 2) == 2",
    "string(1.0 / 0.0) == '+Inf' && string(-1.0 / 0.0) == '-Inf' && string(0.0 / 0.0) == 'NaN'",
    "bytes(bytes('a')) == b'a' && timestamp(timestamp(0)) == timestamp(0)",
    "'a,b'.split('') == ['a', ',', 'b'] && 'a,b'.split(',', 0) == [] && 'a,b'.split(',', 1) == ['a,b']",
    "'%x'.format([input.odd]) == 'eda080'",
    "input.n in {7: 1} && !(8 in {7: 1}) && !(input.list in {7: 1})",
    "input.t in [true] && !(1 in [input.t])",
    "1 in input.list && !(3 in input.list) && [1] in [[1]] && !([2] in [[1]])",
]


@pytest.mark.parametrize("expression", TRUE, ids=lambda text: text[:40])
def test_what_is_right_beside_it(expression: str) -> None:
    assert cel.evaluate_bool(expression, Environment.EVENT, NAMES)


@pytest.mark.parametrize(("opened", "closed"), [("(", ")"), ("[", "]")])
def test_nesting_without_end_is_a_fault(opened: str, closed: str) -> None:
    assert "the expression is nested more than 80 deep" in fault(f"{opened * 81}true{closed * 81} == true")

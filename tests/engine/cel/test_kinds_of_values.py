"""Timestamps, durations, maps that differ in one thing, percent signs, and conversions that fail, member by member.

What is true here has its counterpart beside it: the same with one part changed, which is not.
"""

from __future__ import annotations

import itertools
import json

import pytest

from hatchet.engine import cel
from hatchet.engine.cel import CelFault, Environment
from hatchet.engine.cel.strings import MAX_TEXT, bounded

NAMES: dict[str, cel.Value] = {
    "input": cel.json_object('{"n": 7, "f": 2.5, "s": "text"}'),
    "additional_metadata": cel.json_object("{}"),
    "payload": cel.json_object("{}"),
    "event_id": "i",
    "event_key": "k",
}  # fmt: skip


def holds(expression: str) -> bool:
    return cel.evaluate_bool(expression, Environment.EVENT, NAMES)


NOON = 'timestamp("2024-02-29T12:34:56.789Z")'
MOMENTS = [  # in their order
    'timestamp("0001-01-01T00:00:00Z")',
    'timestamp("1969-12-31T23:59:59.999999999Z")',
    "timestamp(0)",
    'timestamp("1970-01-01T00:00:00.000000001Z")',
    'timestamp("2024-02-29T12:34:56.788999999Z")',
    NOON,
    'timestamp("2024-02-29T12:34:57+00:00")',
    'timestamp("2024-02-29T12:00:00-01:00")',
    'timestamp("9999-12-31T23:59:59.999999999Z")',
]
SPANS = ['duration("-1h")', 'duration("-1ns")', 'duration("0s")', 'duration("1ns")', 'duration("999ms")',
         'duration("1s")', 'duration("1m")', 'duration("61s")', 'duration("1h1m1s")', 'duration("24h")']  # fmt: skip


@pytest.mark.parametrize("order", [MOMENTS, SPANS], ids=["moments", "spans"])
def test_times_are_compared_by_every_operator(order: list[str]) -> None:
    for (i, one), (j, other) in itertools.product(enumerate(order), repeat=2):
        found = {operator: holds(f"{one} {operator} {other}") for operator in ("<", "<=", "==", "!=", ">=", ">")}
        assert found == {"<": i < j, "<=": i <= j, "==": i == j, "!=": i != j, ">=": i >= j, ">": i > j}, (one, other)
        assert holds(f"{one} in [{other}]") == (i == j)
        assert holds(f'{{"k": {one}}} == {{"k": {other}}}') == (i == j)


@pytest.mark.parametrize(
    ("part", "plain", "berlin", "west"),
    [
        ("getFullYear", 2024, 2024, 2024),
        ("getMonth", 1, 1, 1),
        ("getDate", 29, 29, 29),
        ("getDayOfMonth", 28, 28, 28),
        ("getDayOfWeek", 4, 4, 4),
        ("getDayOfYear", 59, 59, 59),
        ("getHours", 12, 13, 4),
        ("getMinutes", 34, 34, 4),
        ("getSeconds", 56, 56, 56),
        ("getMilliseconds", 789, 789, 789),
    ],
)
def test_each_part_of_a_moment_is_read_in_any_zone(part: str, plain: int, berlin: int, west: int) -> None:
    for zone, value in (("", plain), ('"Europe/Berlin"', berlin), ('"-08:30"', west), ('"UTC"', plain)):
        assert holds(f"{NOON}.{part}({zone}) == {value}")
        assert not holds(f"{NOON}.{part}({zone}) == {value + 1}")


EVE = 'timestamp("2023-12-31T23:30:00Z")'


@pytest.mark.parametrize(
    ("part", "here", "east"),
    [
        ("getFullYear", 2023, 2024), ("getMonth", 11, 0), ("getDate", 31, 1), ("getDayOfMonth", 30, 0),
        ("getDayOfWeek", 0, 1), ("getDayOfYear", 364, 0), ("getHours", 23, 0),
    ],
)  # fmt: skip
def test_a_zone_moves_a_moment_over_the_end_of_a_year(part: str, here: int, east: int) -> None:
    assert holds(f"{EVE}.{part}() == {here}")
    assert holds(f'{EVE}.{part}("+01:00") == {east}')


@pytest.mark.parametrize(
    ("part", "value"), [("getHours", 26), ("getMinutes", 1563), ("getSeconds", 93784), ("getMilliseconds", 93784567)]
)
def test_each_part_of_a_span_counts_the_whole(part: str, value: int) -> None:
    assert holds(f'duration("26h3m4s567ms").{part}() == {value}')
    assert holds(f'duration("-26h3m4s567ms").{part}() == -{value}')


@pytest.mark.parametrize(
    "expression",
    [
        'timestamp("2024-01-01T00:00:00Z") + duration("1h") == timestamp("2024-01-01T01:00:00Z")',
        'duration("1h") + timestamp("2024-01-01T00:00:00Z") == timestamp("2024-01-01T01:00:00Z")',
        'timestamp("2024-01-01T00:00:00Z") - duration("1ns") == timestamp("2023-12-31T23:59:59.999999999Z")',
        'timestamp("2024-03-01T00:00:00Z") - timestamp("2024-02-28T00:00:00Z") == duration("48h")',
        'duration("1h") + duration("1m") == duration("61m")',
        'duration("1h") - duration("1m") == duration("59m")',
        'timestamp("2024-01-01T02:00:00+02:00") == timestamp("2024-01-01T00:00:00Z")',
        "int(timestamp(1700000000)) == 1700000000",
        'int(timestamp("1969-12-31T23:59:58.5Z")) == -2',
        'string(timestamp("2024-01-01T00:00:00.120Z")) == "2024-01-01T00:00:00.12Z"',
        'string(timestamp("2024-01-01T00:00:00+05:30")) == "2024-01-01T00:00:00+05:30"',
        'string(duration("1h0.5s")) == "3600.5s"',
        'string(duration("-90s")) == "-90s"',
        'duration("1.5h") == duration("90m")',
        'duration(".5s") == duration("500ms")',
    ],
)
def test_times_are_reckoned_with(expression: str) -> None:
    assert holds(expression)
    assert not holds(expression.replace(" == ", " != "))


MAPS = {
    "{}": 0,
    '{"a": 1}': 1,
    '{"a": 2}': 2,
    '{"b": 1}': 3,
    '{"a": 1, "b": 2}': 4,
    '{"b": 2, "a": 1}': 4,
    '{"a": 1, "b": 3}': 5,
    '{"a": 1, "c": 2}': 6,
    '{"a": {"b": 1}}': 7,
    '{"a": {"b": 2}}': 8,
    '{"a": {"c": 1}}': 9,
    '{"a": [1, 2]}': 10,
    '{"a": [2, 1]}': 11,
    '{"a": [1]}': 12,
    '{"a": null}': 13,
    '{"a": "1"}': 14,
    '{"a": true}': 15,
    "{1: 1}": 16,
    "{true: 1}": 17,
}
"""Maps, and a number for each that is another."""


def test_maps_are_equal_when_every_key_and_value_is() -> None:
    for (one, i), (other, j) in itertools.product(MAPS.items(), repeat=2):
        assert holds(f"dyn({one}) == dyn({other})") == (i == j), (one, other)
        assert holds(f"dyn({one}) != dyn({other})") == (i != j), (one, other)
        assert holds(f"dyn([{one}]) == dyn([{other}])") == (i == j), (one, other)


@pytest.mark.parametrize(
    ("template", "arguments", "text"),
    [
        ("%%", "", "%"),
        ("%%%%", "", "%%"),
        ("100%%", "", "100%"),
        ("%d%%", "input.n", "7%"),
        ("%%%s%%", "input.s", "%text%"),
        ("%%s", "", "%s"),
        ("%s%%%s", '"a", "b"', "a%b"),
        ("%.1f%%", "input.f", "2.5%"),
    ],
)
def test_two_percent_signs_are_one(template: str, arguments: str, text: str) -> None:
    assert holds(f'"{template}".format([{arguments}]) == "{text}"')
    assert not holds(f'"{template}".format([{arguments}]) == "{text}%"')


@pytest.mark.parametrize(
    "conversion",
    [
        'int("")', 'int("x")', 'int("1.5")', 'int("9223372036854775808")', 'int("-9223372036854775809")', 'int(" 1")',
        "int(9223372036854775808.0)", "int(-9223372036854775809.0 * 2.0)", "int(1.0 / 0.0)", "int(0.0 / 0.0)",
        "int(18446744073709551615u)", "int(dyn(null))", "int(dyn([]))", "int(dyn({}))",
        'uint("")', 'uint("-1")', 'uint("+1")', 'uint("1.0")', 'uint("18446744073709551616")', "uint(-1)",
        "uint(-0.5 * 3.0)", "uint(18446744073709551616.0)", "uint(0.0 / 0.0)", "uint(dyn(null))", "uint(dyn(b'1'))",
        'double("")', 'double("x")', 'double("1e999")', 'double("1,5")', 'double("1 ")', "double(dyn(null))",
        "double(dyn(true))",
        'bool("")', 'bool("yes")', 'bool("tRUE")', 'bool("2")', "bool(dyn(1))", "bool(dyn(null))",
        "string(b'\\xff')", "string(dyn([]))", "string(dyn({}))", "string(dyn(null))",
        "bytes(dyn(1))", "bytes(dyn(null))",
        'timestamp("")', 'timestamp("2024-13-01T00:00:00Z")', 'timestamp("2024-02-30T00:00:00Z")',
        'timestamp("2024-01-01")', 'timestamp("2024-01-01T00:00:00")', 'timestamp("2024-01-01T24:00:00Z")',
        'timestamp("10000-01-01T00:00:00Z")', 'timestamp("0000-12-31T23:59:59Z")', "timestamp(253402300800)",
        "timestamp(-62135596801)", "timestamp(dyn(1.5))", "timestamp(dyn(null))",
        'duration("")', 'duration("1")', 'duration("1d")', 'duration("1h1")', 'duration("s")', 'duration("293y")',
        'duration("9223372037s")', "duration(dyn(1))", "duration(dyn(null))",
        'timestamp("9999-12-31T23:59:59Z") + duration("1s")', 'timestamp("0001-01-01T00:00:00Z") - duration("1s")',
        'timestamp("9999-12-31T23:59:59Z") - timestamp("0001-01-01T00:00:00Z")',
        'duration("9223372036s") + duration("9223372036s")',
        'timestamp(0).getHours("Nowhere/Else")', 'timestamp(0).getHours("01:60")',
    ],
)  # fmt: skip
def test_a_conversion_that_cannot_be_made_fails(conversion: str) -> None:
    with pytest.raises(CelFault):
        holds(f"{conversion} == {conversion}")


@pytest.mark.parametrize(
    "conversion",
    [
        'int("9223372036854775807") == 9223372036854775807', 'int("-9223372036854775808") < 0', 'int("+1") == 1',
        "int(-1.9) == -1", "int(1.9) == 1", "int(7u) == 7", "int(9223372036854774784.0) == 9223372036854774784",
        'uint("18446744073709551615") == 18446744073709551615u', "uint(1.9) == 1u", "uint(0) == 0u",
        'double("1e3") == 1000.0', 'double("-.5") == -0.5', 'double("inf") == 1.0 / 0.0', "double(3u) == 3.0",
        'bool("t")', 'bool("TRUE")', 'bool("1")', '!bool("f")', '!bool("False")', '!bool("0")',
        'string(true) == "true"', 'string(-7) == "-7"', 'string(7u) == "7"', "string(b'abc') == \"abc\"",
        "bytes(\"abc\") == b'abc'", "bytes(b'a') == b'a'",
        'timestamp("9999-12-31T23:59:59.999999999Z") > timestamp(253402300798)',
        "timestamp(-62135596800) < timestamp(0)",
        'duration("9223372036s") > duration("0")',
    ],
)  # fmt: skip
def test_one_at_the_edge_is_made(conversion: str) -> None:
    assert holds(conversion)


@pytest.mark.parametrize(
    "expression",
    [
        "1.0 / 0.0 > 1.7e308", "-1.0 / 0.0 < -1.7e308", "1.0 / -0.0 < -1.7e308", "-1.0 / -0.0 > 1.7e308",
        "0.0 / 0.0 != 0.0 / 0.0", "-0.0 / 0.0 != -0.0 / 0.0", "(0.0 / 0.0) / 0.0 != (0.0 / 0.0) / 0.0",
        "(1.0 / 0.0) / 0.0 > 1.7e308", "0.0 / 5.0 == 0.0", "5.0 / 2.0 == 2.5", "-5.0 / 2.0 == -2.5",
    ],
)  # fmt: skip
def test_doubles_are_divided_without_a_fault(expression: str) -> None:
    assert holds(expression)


def test_a_text_of_a_million_characters_is_built_and_none_that_is_longer() -> None:
    bounded(MAX_TEXT)
    with pytest.raises(CelFault, match=r"^the expression builds a text of more than 1000000 characters$"):
        bounded(MAX_TEXT + 1)
    for many, gives in ((125, "1000000"), (126, "the expression builds a text of more than 1000000 characters")):
        names = {**NAMES, "input": cel.json_object(json.dumps({"parts": ["x" * 8_000] * many}))}
        try:
            given = cel.evaluate_str("string(input.parts.join().size())", Environment.EVENT, names)
        except CelFault as fault:
            given = str(fault)
        assert given == gives

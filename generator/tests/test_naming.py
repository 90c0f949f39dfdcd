"""Names of specs as names of Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from wirewright import naming

DEVICES = ["aux", "con", "nul", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]


@pytest.mark.parametrize(
    ("name", "snake", "identifier", "module"),
    [
        ("APITokenList", "api_token_list", "api_token_list", "api_token_list"),
        ("aB", "a_b", "a_b", "a_b"),
        ("v1Task2Run", "v1_task2_run", "v1_task2_run", "v1_task2_run"),
        ("a-b.c d", "a_b_c_d", "a_b_c_d", "a_b_c_d"),
        ("_a__b_", "a_b", "a_b", "a_b"),
        ("é", "", "field", "module"),
        ("aéb", "a_b", "a_b", "a_b"),
        ("", "", "field", "module"),
        ("2fa", "2fa", "field_2fa", "module_2fa"),
        ("class", "class", "class_", "class_"),
        ("None", "none", "none", "none"),
        *((name, name, name, f"{name}_") for name in DEVICES),
        ("com0", "com0", "com0", "com0"),
        ("lpt10", "lpt10", "lpt10", "lpt10"),
    ],
)
def test_a_name_in_small_letters(name: str, snake: str, identifier: str, module: str) -> None:
    assert (naming.snake(name), naming.identifier(name), naming.module(name)) == (snake, identifier, module)
    assert naming.identifier("2", "x_") == "x_2"


@pytest.mark.parametrize(
    ("name", "pascal", "type_name"),
    [
        ("v1-task:list", "V1TaskList", "V1TaskList"),
        ("taskOf", "TaskOf", "TaskOf"),
        ("Task", "Task", "Task"),
        ("APIKey", "APIKey", "APIKey"),
        ("a_b", "AB", "AB"),
        ("A_b", "AB", "AB"),
        ("A_", "A", "A"),
        ("2fa", "2fa", "Type2fa"),
        ("_a", "A", "A"),
        ("é", "É", "Type"),
        ("", "", "Type"),
        ("True", "True", "TrueModel"),
        ("none", "None", "NoneModel"),
        ("taken", "Taken", "TakenModel"),
        ("Taken", "Taken", "TakenModel"),
    ],
)
def test_a_name_in_capitals(name: str, pascal: str, type_name: str) -> None:
    assert (naming.pascal(name), naming.type_name(name, {"Taken"})) == (pascal, type_name)
    assert naming.type_name("Taken") == "Taken"


@pytest.mark.parametrize(
    ("value", "member"),
    [
        ("RED", "RED"),
        ("RED_1", "RED_1"),
        ("_RED", "RED"),
        ("red", "RED"),
        ("darkRed", "DARK_RED"),
        ("dark-red", "DARK_RED"),
        ("", "EMPTY"),
        ("*", "VALUE"),
        ("-", "VALUE"),
        ("+", "VALUE"),
        ("+1", "PLUS_1"),
        ("-1", "MINUS_1"),
        ("-a", "MINUS_A"),
        ("1", "VALUE_1"),
        ("1a", "VALUE_1A"),
        ("--", "MINUS_"),
        ("É", "VALUE"),
    ],
)
def test_a_value_of_an_enum_is_a_member(value: str, member: str) -> None:
    assert naming.member(value) == member


@pytest.mark.parametrize(
    ("names", "avoided", "found"),
    [
        ([("a", "a"), ("b", "b")], (), ["a", "b"]),
        ([("aB", "a_b"), ("a_b", "a_b")], (), ["a_b_2", "a_b"]),
        ([("aB", "a_b"), ("a-b", "a_b"), ("a.b", "a_b")], (), ["a_b", "a_b_2", "a_b_3"]),
        ([("class", "class_"), ("Class", "class_")], (), ["class_", "class_2"]),
        ([("A", "a"), ("B", "a"), ("a_2", "a_2")], (), ["a", "a_3", "a_2"]),
        ([("a", "x"), ("x", "y")], (), ["x_2", "y"]),
        ([("a", "a"), ("b", "b")], ("a",), ["a_2", "b"]),
        ([("a", "a"), ("b", "b")], ("a", "a_2"), ["a_3", "b"]),
        ([], (), []),
    ],
)
def test_no_two_have_one_name(names: list[tuple[str, str]], avoided: Sequence[str], found: list[str]) -> None:
    assert naming.unique(names, avoided) == dict(zip([name for name, _ in names], found, strict=True))


@pytest.mark.parametrize(
    ("values", "given", "found"),
    [
        (["a", "A"], None, ["A_2", "A"]),
        ([0, 1, -1], None, ["VALUE_0", "VALUE_1", "VALUE_MINUS_1"]),
        ([1.5, 1], None, ["VALUE_1_5", "VALUE_1"]),
        (["a", 1], None, ["A", "VALUE_1"]),
        ([1, 2], ["one", "twoThree"], ["ONE", "TWO_THREE"]),
        ([1, 2], ["1st", "2nd"], ["VALUE_1ST", "VALUE_2ND"]),
        ([1, 2], ["one", "One"], None),
        ([1, 2], ["one"], None),
        ([1], ["one", "two"], None),
        ([1, 2], ["one", 2], None),
        ([], [], []),
    ],
)
def test_values_have_a_member_each(values: list[Any], given: list[Any] | None, found: list[str] | None) -> None:
    assert naming.members(values, given) == (None if found is None else dict(zip(values, found, strict=True)))

"""What is sent beside what arrives: what counts as the same, and the words for the first difference."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from hatchet.options.journey import Unfaithful, check_integers, compare

UTC = dt.timezone.utc
BERLIN = dt.timezone(dt.timedelta(hours=1))
NOON = dt.datetime(2026, 1, 1, 12)


class Number(IntEnum):
    ONE = 1


class Word(StrEnum):
    HI = "hi"


class Base(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


class Sub(Base): ...


class Other(BaseModel):
    a: int


@dataclasses.dataclass
class Point:
    x: float


class Plain:
    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)


class Slotted:
    __slots__ = ()


class Equal:
    def __eq__(self, other: object) -> bool:
        raise TypeError("no answer")

    __hash__ = None  # type: ignore[assignment]  # of what has an equality of its own


SAME: list[tuple[Any, Any]] = [
    (1, 1), (True, True), (None, None), ("a", "a"), (math.nan, math.nan), (math.inf, math.inf), (1, 1.0),
    ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}), ([], []), ({}, {}), ({1, 2}, frozenset({1, 2})), (b"a", b"a"),
    (NOON, NOON), (NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=BERLIN) + dt.timedelta(hours=1)),
    (Base(a=1), Base(a=1)), (Point(1.0), Point(1.0)), (Plain(a=1), Plain(a=1)), ([1, "a"], [1, "a"]),
]  # fmt: skip


@pytest.mark.parametrize("is_certain", [True, False])
@pytest.mark.parametrize(("sent", "back"), SAME)
def test_the_same_arrives(sent: Any, back: Any, is_certain: bool) -> None:
    compare(sent, back, is_certain=is_certain, reread=None)


@pytest.mark.parametrize(("sent", "back"), [((1, 2), [1, 2]), (Number.ONE, 1), (Word.HI, "hi"), (True, 1)])
def test_what_a_certain_type_reads_alike_arrives(sent: Any, back: Any) -> None:
    compare(sent, back, is_certain=True, reread=None)
    with pytest.raises(Unfaithful) as caught:
        compare(sent, back, is_certain=False, reread=None)
    kinds = f"{type(sent).__name__}, but {type(back).__name__}"
    assert str(caught.value) == f"the value is {kinds} would arrive; declare its type, or convert it"


MORE = Base.model_validate({"a": 1, "b": 2})
LOST = "so that what Base does not have would be lost; declare the type that is sent, or a union of both with a"
NAMED = "would arrive; declare its type, or give a union a discriminator"


@pytest.mark.parametrize(
    ("sent", "back", "told"),
    [
        (1, 2, "the value is int, and another value of it would arrive"),
        (1.5, 1, "the value is float, but int would arrive; declare its type, or convert it"),
        (1, True, "the value is int, but bool would arrive; declare its type, or convert it"),
        (Decimal(1), 1.0, "the value is Decimal, but float would arrive; declare its type, or convert it"),
        (1.0, 1, "the value is float, but int would arrive; declare its type, or convert it"),
        (1, "1", "the value is int, but str would arrive; declare its type, or convert it"),
        (math.nan, 1.0, "the value is float, and another value of it would arrive"),
        (math.nan, None, "the value is nan, for which JSON has no number; send None, or a text"),
        ([-math.inf], [None], "[0] is -inf, for which JSON has no number; send None, or a text"),
        (1.5, None, "the value is float, but NoneType would arrive; declare its type, or convert it"),
        ({"a": 1}, {}, "the value['a']: the receiver's type does not keep this key"),
        ({"a": {"b": 1}}, {"a": {}}, "['a']['b']: the receiver's type does not keep this key"),
        ({}, {"a": 1}, "the value['a']: the receiver would find a key that was not sent"),
        ([1], [1, 2], "the value has 1 items, of which 2 would arrive"),
        ({"a": [1, 2]}, {"a": [1, 3]}, "['a'][1] is int, and another value of it would arrive"),
        (NOON, NOON.replace(hour=13), "the value is datetime, and another value of it would arrive"),
        (NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=BERLIN), "the value is datetime, and another value of it would"),
        (NOON, NOON.astimezone(), "the value is datetime, and another value of it would arrive"),
        (NOON.astimezone(), NOON, "the value is datetime, and another value of it would arrive"),
        (NOON.replace(tzinfo=UTC), NOON, "the value is datetime, and another value of it would arrive"),
        (Base(a=1), Base(a=2), "a is int, and another value of it would arrive"),
        (
            Base.model_validate({"a": 1, "b": 2}),
            Base(a=1),
            "the value['b']: the receiver's type does not keep this key",
        ),
        ({"m": Base(a=1)}, {"m": Base(a=2)}, "['m'].a is int, and another value of it would arrive"),
        (Sub(a=1), Base(a=1), f"the value is Sub where Base is declared, {LOST} discriminator"),
        (Base(a=1), Other(a=1), f"the value is Base, but Other {NAMED}"),
        (Point(1.0), Point(2.0), "x is float, and another value of it would arrive"),
        (Point(1.0), {"x": 1.0}, f"the value is Point, but dict {NAMED}"),
        (Plain(a=1), Plain(a=2), "['a'] is int, and another value of it would arrive"),
        (Slotted(), Slotted(), "the value is Slotted, and another value of it would arrive"),
        (Equal(), Equal(), "the value is Equal, and another value of it would arrive"),
        (iter([1]), [1], "the value is list_iterator, of which nothing is left once it is written; send a list"),
        (b"a", "a", "the value is bytes, but str would arrive; declare its type, or convert it"),
        ({"s": SecretStr("a")}, {"s": "a"}, "['s'] is SecretStr, which would travel as stars; to send it write a "),
        (
            {1: 1},
            {"1": 1},
            "the value[1]: a key that is int would not come back; JSON has texts as keys, so send texts ",
        ),
    ],
)
def test_the_first_difference_is_told_with_its_place(sent: Any, back: Any, told: str) -> None:
    with pytest.raises(Unfaithful) as caught:
        compare(sent, back, is_certain=True, reread=None)
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize("number", [2**53, -(2**53), 0])
def test_an_integer_up_to_the_limit_is_kept(number: int) -> None:
    check_integers(b'{"a": [%d]}' % number)


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1])
def test_an_integer_beyond_the_limit_is_refused(number: int) -> None:
    with pytest.raises(Unfaithful) as caught:
        check_integers(b'{"a": [%d]}' % number)
    assert str(caught.value) == (
        f"the integer {number} is beyond ±2**53, and an engine hands tasks a rounded one; send it as a text"
    )


def read_number(sent: object, back: object) -> object:
    """What a receiver that declares an int, or a Base, reads."""
    if isinstance(sent, BaseModel):
        return type(sent).model_validate(back)
    return int(str(back))


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        ({1: "a"}, {"1": "a"}),
        ({1: {2: 3}}, {"1": {"2": 3}}),
        ({1: "a", "b": 2}, {"1": "a", "b": 2}),
        (Base(a=1), {"a": 1}),
        ([Base(a=1)], [{"a": 1}]),
        (1, "1"),
    ],
)
def test_what_its_own_type_reads_arrives(sent: Any, back: Any) -> None:
    compare(sent, back, is_certain=False, reread=read_number)
    with pytest.raises(Unfaithful):
        compare(sent, back, is_certain=False, reread=None)


KEY = "a key that is int would not come back; JSON has texts as keys, so send texts or a list of pairs"


@pytest.mark.parametrize(
    ("sent", "back", "told"),
    [
        ({1: "a"}, {"1": "b"}, "[1] is str, and another value of it would arrive"),
        ({"m": {1: "a"}}, {"m": {"1": "b"}}, "['m'][1] is str, and another value of it would arrive"),
        ({1: "a"}, {"x": "a"}, f"the value[1]: {KEY}"),
        ({1: "a"}, {"2": "a"}, f"the value[1]: {KEY}"),
        ({"1": "a"}, {}, "the value['1']: the receiver's type does not keep this key"),
        (Base(a=1), {"a": 2}, "a is int, and another value of it would arrive"),
        (
            {"m": Base(a=1)},
            {"m": {"a": "x"}},
            "['m'] is Base: a: the receiver could not read it back (Input should be a valid integer, unable to parse "
            "string as an integer)",
        ),
        (2, "1", "the value is int, and another value of it would arrive"),
    ],
)
def test_what_its_own_type_does_not_read_is_told(sent: Any, back: Any, told: str) -> None:
    with pytest.raises(Unfaithful) as caught:
        compare(sent, back, is_certain=False, reread=read_number)
    assert str(caught.value) == told

"""Dataclasses that share their methods behave like the standard library's."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import typing
from dataclasses import FrozenInstanceError, field, fields, replace
from typing import Any

import pytest

from hatchet._dataclasses import NamedTuple, dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """Frozen."""

    x: int
    y: int = 0
    note: str = field(default="", compare=False)
    secret: str = field(default="s", repr=False)


@dataclass(frozen=True, kw_only=True)
class Named(Point):
    """Inherits."""

    name: str
    tags: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        object.__setattr__(self, "tags", [*self.tags, "checked"])


@dataclass(slots=True)
class Counter:
    """Mutable."""

    n: int = 0


@dataclass(eq=False)
class Identity:
    """Equal to itself only."""

    n: int = 0


@dataclass(frozen=True)
class Nothing:
    """Without fields."""


def test_one_without_fields_is_made_too() -> None:
    assert [Nothing(), Nothing()] == [Nothing()] * 2
    assert repr(Nothing()) == "Nothing()"


def test_what_makes_objects_is_written_once_for_a_class() -> None:
    for _ in range(3):
        Identity()
    assert inspect.isfunction(vars(Identity)["__init__"])


def test_values_are_compared_hashed_and_shown_by_their_fields() -> None:
    assert Point(1, 2) == Point(1, 2, note="other")
    assert hash(Point(1, 2)) == hash(Point(1, 2, note="other"))
    assert Point(1) != Point(2)
    assert Point(1, secret="a") != Point(1)
    other: object = (1, 0, "", "s")
    assert Point(1) != other
    assert repr(Point(1)) == "Point(x=1, y=0, note='')"
    assert {Point(1): "a"}[Point(1)] == "a"


def test_a_frozen_value_cannot_be_changed() -> None:
    point: Any = Point(1)
    for name in ("x", "new"):
        with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{name}'"):
            setattr(point, name, 5)
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del point.x
    assert point == Point(1)


def test_the_standard_library_knows_them_as_dataclasses() -> None:
    named = Named(x=1, name="a")
    assert named.tags == ["checked"]
    assert [each.name for each in fields(named)] == ["x", "y", "note", "secret", "name", "tags"]
    assert replace(Point(1), y=3) == Point(1, 3)
    assert dataclasses.asdict(Point(1)) == {"x": 1, "y": 0, "note": "", "secret": "s"}
    assert copy.deepcopy(named) == named
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1)
    match Point(4, 5):
        case Point(x, y):
            assert (x, y) == (4, 5)


def test_what_is_not_frozen_can_be_changed_and_has_no_hash() -> None:
    counter = Counter()
    counter.n += 1
    assert counter == Counter(1)
    assert repr(counter) == "Counter(n=1)"
    assert not hasattr(counter, "__dict__")
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)
    one, other = Identity(), Identity()
    assert one != other
    assert len({one, other}) == 2


@dataclass(kw_only=True)
class Made:
    """With every kind of field."""

    a: int
    b: list[int] = field(default_factory=list[int])
    c: int = field(default=7, init=False)
    d: dict[str, int] = field(default_factory=dict[str, int], init=False)


class Pair(NamedTuple):
    """A tuple."""

    left: int
    right: str = "r"

    @property
    def both(self) -> str:
        return f"{self.left}{self.right}"


@pytest.mark.parametrize("objects", [1, 2, 3])
def test_the_first_object_and_the_later_ones_are_made_alike(objects: int) -> None:
    @dataclass(frozen=True)
    class Fresh:
        x: int
        y: list[int] = field(default_factory=list[int])
        z: int = 3

    for made in [Fresh(1, z=4) for _ in range(objects)]:
        assert (made.x, made.y, made.z) == (1, [], 4)
        assert type(made.y) is list


@pytest.mark.parametrize("earlier", [0, 1])
@pytest.mark.parametrize(
    ("args", "given", "words"),
    [
        ((), {}, "missing 1 required positional argument: 'x'"),
        ((1, 2, 3), {}, "takes from 2 to 3 positional arguments but 4 were given"),
        ((1,), {"x": 1}, "got multiple values for argument 'x'"),
        ((1,), {"q": 1}, "got an unexpected keyword argument 'q'"),
    ],
)
def test_wrong_arguments_raise_the_errors_of_the_standard_library(
    earlier: int, args: tuple[int, ...], given: dict[str, int], words: str
) -> None:
    @dataclass(frozen=True)
    class Fresh:
        x: int
        y: int = 0

    for _ in range(earlier):
        Fresh(1)
    make: Any = Fresh
    with pytest.raises(TypeError, match=words):
        make(*args, **given)


def test_the_signature_is_that_of_the_standard_library() -> None:
    assert str(inspect.signature(Made)) == "(*, a: 'int', b: 'list[int]' = <factory>) -> None"
    assert Made(a=1).c == 7
    assert Made(a=1).d == {}


def test_named_tuples_have_defaults_methods_and_names() -> None:
    pair = Pair(1)
    assert pair == (1, "r")
    assert pair.both == "1r"
    assert repr(pair) == "Pair(left=1, right='r')"
    assert pair._replace(right="s").both == "1s"
    assert Pair.__doc__ == "A tuple."
    assert typing.get_type_hints(Pair) == {"left": int, "right": str}
    assert pickle.loads(pickle.dumps(pair)) == pair

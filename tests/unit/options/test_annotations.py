"""The annotations of functions, and the callables below partials, objects and decorators."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Generic, Protocol, TypedDict, TypeVar, get_args

import pytest

from hatchet import Context, DefinitionError
from hatchet.options.annotations import (
    annotations_of,
    bare,
    could_be,
    is_async,
    name_of,
    own_name,
    state_type,
    written_function,
)

T = TypeVar("T")


def plain(number: int) -> str:
    return str(number)


async def waiting(number: int) -> str:
    return str(number)


@functools.wraps(plain)
def wrapped(*given: Any) -> Any:
    return plain(*given)


class Called:
    def __call__(self, number: int) -> bytes:
        return bytes(number)

    def method(self, number: int) -> float:
        return number

    async def later(self) -> None: ...


class CalledLater:
    async def __call__(self, number: int) -> bytes:
        return bytes(number)


class WrappedCall:
    @functools.wraps(plain)
    def __call__(self, *given: Any) -> Any: ...


@pytest.mark.parametrize(
    ("function", "written", "name", "own", "is_later"),
    [
        (plain, plain, "plain", "plain", False),
        (wrapped, plain, "plain", "plain", False),
        (functools.partial(plain, 1), plain, "plain", "plain", False),
        (functools.partial(functools.partial(wrapped), 1), plain, "plain", "plain", False),
        (waiting, waiting, "waiting", "waiting", True),
        (functools.partial(functools.partial(waiting)), waiting, "waiting", "waiting", True),
        (Called, Called, "Called", "Called", False),
        (Called(), Called.__call__, "Called", "Called", False),
        (functools.partial(Called()), Called.__call__, "Called", "Called", False),
        (CalledLater(), CalledLater.__call__, "CalledLater", "CalledLater", True),
        (CalledLater, CalledLater, "CalledLater", "CalledLater", False),
        (WrappedCall(), plain, "WrappedCall", "WrappedCall", False),
        (Called.method, Called.method, "Called.method", "method", False),
        (Called().later, Called.later, "Called.later", "later", True),
        (len, len, "len", "len", False),
    ],
)
def test_a_callable_is_what_somebody_has_written(
    function: Callable[..., object], written: object, name: str, own: str, is_later: bool
) -> None:
    found = written_function(function)
    assert getattr(found, "__func__", found) == written
    assert (name_of(function), own_name(function), is_async(function)) == (name, own, is_later)


def test_annotations_are_those_of_what_is_written() -> None:
    expected = {"number": int, "return": str}
    assert annotations_of(functools.partial(wrapped)) == expected
    assert annotations_of(Called()) == {"number": int, "return": bytes}

    def noted(number: Annotated[int, "n"]) -> None: ...

    assert annotations_of(noted) == {"number": Annotated[int, "n"], "return": type(None)}


def _outer(kind: type) -> Iterator[dict[str, Any]]:
    class Both: ...

    class Outer: ...

    def inner() -> dict[str, Any]:
        class Both(kind): ...  # type: ignore[misc]  # any class will do

        def task(one: Both, two: Annotated[Outer, "n"]) -> None: ...

        return annotations_of(task)

    yield inner()
    assert (Both.__name__, Outer.__name__) == ("Both", "Outer")


def test_the_types_of_a_function_s_own_body_are_found_and_inner_ones_count() -> None:
    [found] = _outer(int)
    assert found["one"].__mro__[1] is int
    assert [getattr(each, "__name__", each) for each in get_args(found["two"])] == ["Outer", "n"]


def test_a_body_of_that_name_elsewhere_is_not_looked_into() -> None:
    """A function of another module that happens to be called as the one in whose body the task stands."""
    made: list[Callable[..., object]] = []

    def body() -> None:
        def task(one: int) -> None: ...

        task.__annotations__ = {"one": "Hidden"}
        made.append(task)

    body()
    names: dict[str, Any] = {"annotations_of": annotations_of, "made": made, "Hidden": int}
    exec("def body():\n    Hidden = int\n    return annotations_of(made[0])\n", names)
    del names["Hidden"]
    with pytest.raises(DefinitionError) as caught:
        names["body"]()
    assert str(caught.value) == (
        f"{name_of(made[0])}: its annotations name 'Hidden', which cannot be found; "
        "import it outside `if TYPE_CHECKING:`"
    )


class Movie(TypedDict):
    title: str


class Says(Protocol):
    def say(self) -> str: ...


class Of(Generic[T]): ...


@pytest.mark.parametrize(
    ("given", "wanted", "could"),
    [
        (int, int, True),
        (bool, int, True),
        (int, bool, False),
        (int, str, False),
        (int, float, True),
        (bool, float, True),
        (float, int, False),
        (str, float, False),
        (int, complex, True),
        (float, complex, True),
        (str, complex, False),
        (complex, float, False),
        (Any, str, True),
        (str, Any, True),
        (list[int], str, True),
        (str, list[int], True),
        (int | str, bytes, True),
        (None, str, False),
        (str, None, False),
        (None, None, True),
        (Annotated[int, "n"], str, False),
        (int, Annotated[str, "n"], False),
        (Movie, dict, True),
        (Movie, str, False),
        (dict, Movie, True),
        (int, Says, True),
        (Says, int, True),
        ("int", str, True),
        (object, str, False),
        (str, object, True),
    ],
)
def test_a_value_of_one_type_may_be_of_another(given: Any, wanted: Any, could: bool) -> None:
    assert could_be(given, wanted) is could


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Of[int], Of),
        (Annotated[Of[int], "n"], Of),
        (Annotated[int, "n"], int),
        (list[int], list),
        (int | str, int | str),
        (int, int),
        (Any, Any),
    ],
)
def test_a_type_is_bare_without_what_stands_in_its_brackets(annotation: Any, expected: Any) -> None:
    assert bare(annotation) == expected


def test_the_state_of_a_context_is_what_stands_in_its_brackets() -> None:
    assert (state_type(Context[int]), state_type(Context), state_type(dict[str, int])) == (int, Any, str)

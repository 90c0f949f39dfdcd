"""Declared types that stand for more than pydantic reads: what is taken, what it becomes, and as what it is sent."""

from __future__ import annotations

import types
from collections import ChainMap, deque
from collections.abc import (
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
    MutableSet,
    Reversible,
    Sequence,
    Set,
)
from datetime import date, datetime, timezone
from typing import Annotated, Any, Optional

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from hatchet.options.widened import widened

DAY, MOMENT = date(2026, 1, 31), datetime(2026, 1, 31, 12, 30, tzinfo=timezone.utc)
ITERABLES: list[Any] = [Iterable, Collection, Container, Reversible, Sequence, MutableSequence]

TAKEN: list[tuple[Any, object, object, str]] = [
    (date, DAY, DAY, '"2026-01-31"'),
    (date, "2026-01-31", DAY, '"2026-01-31"'),
    (date, MOMENT, MOMENT, '"2026-01-31T12:30:00+00:00"'),
    (date, "2026-01-31T12:30:00Z", MOMENT, '"2026-01-31T12:30:00+00:00"'),
    *((kind[int], each, [1, 2], "[1,2]") for kind in ITERABLES for each in ((1, 2), deque([1, 2]), iter([1, 2]))),
    *((kind, (1, "a"), [1, "a"], '[1,"a"]') for kind in ITERABLES),
    *((kind[date], (MOMENT,), [MOMENT], '["2026-01-31T12:30:00+00:00"]') for kind in ITERABLES),
    (Iterable[str], "ab", ["a", "b"], '["a","b"]'),
    (Collection[str], "ab", ["a", "b"], '["a","b"]'),
    (Set[int], {1: "a"}.keys(), frozenset({1}), "[1]"),
    (Set[date], {MOMENT}, frozenset({MOMENT}), '["2026-01-31T12:30:00+00:00"]'),
    (Set, {1}, frozenset({1}), "[1]"),
    (MutableSet[int], frozenset({1}), {1}, "[1]"),
    (MutableSet, {1}, {1}, "[1]"),
    (Mapping[str, int], types.MappingProxyType({"a": 1}), {"a": 1}, '{"a":1}'),
    (MutableMapping[str, date], ChainMap({"a": MOMENT}), {"a": MOMENT}, '{"a":"2026-01-31T12:30:00+00:00"}'),
    (Mapping[date, int], {MOMENT: 1}, {MOMENT: 1}, '{"2026-01-31T12:30:00+00:00":1}'),
    (Mapping, ChainMap({"a": 1}), {"a": 1}, '{"a":1}'),
    (MutableMapping, ChainMap({"a": 1}), {"a": 1}, '{"a":1}'),
    (Annotated[Sequence[int], Field(max_length=2)], (1, 2), [1, 2], "[1,2]"),
    (list[Sequence[int]], [(1, 2)], [[1, 2]], "[[1,2]]"),
    (set[date], {MOMENT}, {MOMENT}, '["2026-01-31T12:30:00+00:00"]'),
    (frozenset[date], {MOMENT}, frozenset({MOMENT}), '["2026-01-31T12:30:00+00:00"]'),
    (dict[str, date], {"a": MOMENT}, {"a": MOMENT}, '{"a":"2026-01-31T12:30:00+00:00"}'),
    (tuple[date, ...], (MOMENT,), (MOMENT,), '["2026-01-31T12:30:00+00:00"]'),
    (tuple[int, date], (1, MOMENT), (1, MOMENT), '[1,"2026-01-31T12:30:00+00:00"]'),
    (date | None, MOMENT, MOMENT, '"2026-01-31T12:30:00+00:00"'),
    (Optional[date], None, None, "null"),  # noqa: UP045  # the other spelling
    (Sequence[int] | str, (1,), [1], "[1]"),
    (Sequence[int] | str, "a", "a", '"a"'),
]  # fmt: skip


def name(value: object) -> str:
    """Of a case, without an address, which is another one in each process."""
    return type(value).__name__ if isinstance(value, Iterator) else str(value)


@pytest.mark.parametrize(("annotation", "value", "read", "sent"), TAKEN, ids=name)
def test_a_value_of_it_is_taken(annotation: Any, value: object, read: object, sent: str) -> None:
    adapter = TypeAdapter[Any](widened(annotation))
    found = adapter.validate_python(value)
    assert (type(found), found) == (type(read), read)
    assert adapter.dump_json(found).decode() == sent
    assert adapter.dump_python(found, warnings=False) == read


REFUSED: list[tuple[Any, object, str]] = [
    (Sequence[str], "ab", "list"),
    (MutableSequence[str], "ab", "list"),
    (Iterable[int], b"ab", "list"),
    (Sequence[int], b"ab", "list"),
    (Iterable[int], 1, "list"),
    (Iterable[int], ["a"], "int"),
    (Set[int], [[1]], "int"),
    (Set[int], 1, "frozen_set"),
    (MutableSet[int], 1, "set"),
    (Mapping[str, int], [("a", 1)], "dict"),
    (Mapping[str, int], {"a": "b"}, "int"),
    (date, "2026-01-32", "date"),
    (date, "2026-01-31T25:00:00Z", "datetime"),
    (Annotated[Sequence[int], Field(max_length=1)], (1, 2), "too_long"),
]


@pytest.mark.parametrize(("annotation", "value", "kind"), REFUSED, ids=name)
def test_a_value_that_is_none_of_it_is_refused(annotation: Any, value: object, kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[Any](widened(annotation)).validate_python(value)
    assert caught.value.errors()[0]["type"].startswith(kind)


@pytest.mark.parametrize(
    "annotation",
    [
        int, Any, datetime, list, list[int], set[str], dict[str, int], tuple[int, ...], tuple[()], int | str,
        Optional[int], Annotated[int, Field(gt=1)], Annotated[list[int], "n"],  # noqa: UP045  # as above
    ],
    ids=str,
)  # fmt: skip
def test_a_type_that_says_all_stays_what_it_is(annotation: Any) -> None:
    assert widened(annotation) is annotation

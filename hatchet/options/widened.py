"""Declared types that stand for more than pydantic reads: what type-checks where they are declared is accepted.

A datetime is a date, a generator is an Iterable, and any mapping a Mapping. Only what a task declares itself is
widened; the fields of a model belong to the model.
"""

from __future__ import annotations

import collections.abc as abc
import datetime as dt
import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin

from pydantic import BeforeValidator, PlainSerializer, TypeAdapter, ValidatorFunctionWrapHandler, WrapValidator

ITERABLES: Final = (abc.Iterable, abc.Collection, abc.Container, abc.Reversible, abc.Sequence, abc.MutableSequence)
SETS: Final[Mapping[object, Any]] = {abc.Set: frozenset, abc.MutableSet: set}
MAPPINGS: Final = (abc.Mapping, abc.MutableMapping)
CONTAINERS: Final[tuple[type[Any], ...]] = (list, set, frozenset, dict, tuple)
DATE_LENGTH: Final = len("2026-01-31")


def widened(annotation: Any) -> Any:  # Any: a type expression; Python has no type for one yet
    """The type with which values of a declared type are read and written; the declared one where it says all."""
    if annotation is dt.date:
        return Annotated[dt.date, WrapValidator(_date), PlainSerializer(_iso, return_type=str, when_used="json")]
    origin, arguments = get_origin(annotation), get_args(annotation)
    kind: Any
    if _is_one_of(annotation, (*ITERABLES, *MAPPINGS, *SETS)):
        origin = annotation
    if origin in ITERABLES:
        reader = _sequence if origin in (abc.Sequence, abc.MutableSequence) else _list
        kind = list
        return Annotated[kind[widened(arguments[0]) if arguments else Any], BeforeValidator(reader)]
    if origin in SETS:
        kind = SETS[origin]
        return Annotated[kind[widened(arguments[0]) if arguments else Any], BeforeValidator(_set)]
    if origin in MAPPINGS:
        keys, values = arguments or (Any, Any)
        kind = dict
        return Annotated[kind[widened(keys), widened(values)], BeforeValidator(_dict)]
    if origin is Annotated:
        inner = widened(arguments[0])
        return annotation if inner is arguments[0] else Annotated[(inner, *arguments[1:])]
    if origin in CONTAINERS or origin in (Union, types.UnionType):
        inside = tuple(each if each is ... else widened(each) for each in arguments)
        if all(one is other for one, other in zip(inside, arguments, strict=True)):
            return annotation
        return Union[inside] if origin not in CONTAINERS else cast(Any, origin)[inside]  # noqa: UP007  # of a tuple
    return annotation


def _is_one_of(annotation: Any, types: tuple[object, ...]) -> bool:
    return any(annotation is each for each in types)


def _list(value: object) -> object:
    if isinstance(value, bytes) or not isinstance(value, abc.Iterable):
        return value
    return [*cast(abc.Iterable[object], value)]


def _sequence(value: object) -> object:
    """Not a text, which pydantic takes for no Sequence[str] either: it is most often a mistake."""
    return value if isinstance(value, str) else _list(value)


def _set(value: object) -> object:
    return frozenset(cast(abc.Set[object], value)) if isinstance(value, abc.Set) else value


def _dict(value: object) -> object:
    return dict(cast(Mapping[object, object], value)) if isinstance(value, Mapping) else value


def _date(value: object, handler: Callable[[object], object] | ValidatorFunctionWrapHandler) -> object:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and len(value) > DATE_LENGTH:
        return _TIMES.validate_strings(value)
    return handler(value)


def _iso(value: dt.date) -> str:
    return value.isoformat()


_TIMES: Final = TypeAdapter(dt.datetime)

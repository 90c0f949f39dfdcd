"""Whether the value of an option is of the declared kind, for programs without a type checker."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence, Set
from datetime import timedelta
from enum import Enum
from functools import cache
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from hatchet.errors import DefinitionError


def check_kinds(owner: type, given: Mapping[str, object], whose: str = "") -> None:
    """Refuse what is of another kind than a class of options declares.

    Args:
        owner: the class; its annotations say the kinds.
        given: the options that were given.
        whose: behind the option's name in the words of the error.

    Raises:
        DefinitionError: with what to write.
    """
    for name, value in given.items():
        check_kind(name, value, kind_of(owner, name), whose)


def check_kind(name: str, value: object, hint: Any, whose: str = "") -> None:  # Any: a type expression
    """The same for one value.

    Raises:
        DefinitionError: with what to write.
    """
    if not _fits(value, hint):
        raise DefinitionError(f"{name}{whose} is {value!r}; write {_what(name, value, hint)}")


@cache
def kind_of(owner: type, name: str) -> Any:  # Any: a type expression
    """The declared kind of an option. Each is resolved when it is first given: all of them together take long."""
    for kind in owner.__mro__:
        if name in inspect.get_annotations(kind):
            from uuid import UUID  # some annotations name it, in modules that do not load it

            written = SimpleNamespace(__annotations__={name: kind.__annotations__[name]})
            return get_type_hints(written, vars(sys.modules[kind.__module__]), {"UUID": UUID})[name]
    return Any


def _fits(value: object, hint: Any) -> bool:
    origin, arguments = get_origin(hint) or hint, get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, each) for each in arguments)
    if hint is None or hint is NoneType:
        return value is None
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if origin is Any or not inspect.isclass(origin) or getattr(origin, "_is_protocol", False):
        return True
    if origin is Sequence and isinstance(value, str | bytes):
        return False  # of texts each letter would be one
    if not isinstance(value, origin):
        return False
    if isinstance(value, Mapping) and len(arguments) == 2:
        pairs = cast(Mapping[object, object], value).items()
        return all(_fits(key, arguments[0]) and _fits(each, arguments[1]) for key, each in pairs)
    if isinstance(value, Sequence | Set) and len(arguments) == 1:
        return all(_fits(each, arguments[0]) for each in cast(Sequence[object], value))
    return True


def _what(name: str, value: object, hint: Any) -> str:
    """What to write in place of a value."""
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for kind in kinds:
        if (better := _better(name, value, kind)) is not None:
            return better
    return " or ".join(dict.fromkeys(_words(kind) for kind in kinds if kind not in (None, NoneType)))


def _better(name: str, value: object, kind: Any) -> str | None:
    """The same as the kind that was meant, where one may guess it."""
    if kind is int and isinstance(value, str) and value.strip().isdecimal():
        return f"a whole number: {name}={int(value)}"
    if kind is timedelta and isinstance(value, int | float):
        return f"timedelta(seconds={value}), or a text: '{value}s'"
    if inspect.isclass(kind) and issubclass(kind, Enum) and isinstance(value, str):
        for member in kind:
            if value.upper() in (member.name, str(member.value).upper()):
                return f"{kind.__name__}.{member.name}"
    if get_origin(kind) is Sequence and _fits(value, get_args(kind)[0]):
        return f"a list: {name}=[{value!r}]"
    return None


def _words(kind: Any) -> str:
    simple = {int: "a whole number", float: "a number", str: "a text", bool: "True or False", timedelta: "a timedelta"}
    if kind in simple:
        return simple[kind]
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return "one of " + ", ".join(f"{kind.__name__}.{member.name}" for member in kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Sequence:
        return f"a list of {_words(arguments[0])}"
    if origin is Mapping:
        return f"a dict with {_words(arguments[1])} by {_words(arguments[0])}"
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(map(_words, arguments))
    return f"{kind.__name__}(…)" if inspect.isclass(kind) and kind is not object else "a value"

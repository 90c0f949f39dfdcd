"""Signatures that show the options one by one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar, cast

from hatchet.errors import DefinitionError
from hatchet.options.kinds import check_kinds

P = ParamSpec("P")
R = TypeVar("R")

DECORATOR_LINES = 60  # that a decorator and those below it may take


class Named:
    """A group of options whose names and kinds are checked at run time too, for programs without a type checker."""

    if not TYPE_CHECKING:  # checkers compare the options with the fields

        def __new__(cls, *_values: object, **given: object) -> Self:
            """Refuse names that there are not, with the one that was meant, and values of another kind."""
            if not given.keys() <= cls.__dataclass_fields__.keys():
                import difflib  # only to word an error

                unknown = next(name for name in given if name not in cls.__dataclass_fields__)
                near = difflib.get_close_matches(unknown, cls.__dataclass_fields__, 1)
                there_are = f"there are {', '.join(cls.__dataclass_fields__)}"
                hint = f"did you mean {near[0]}?" if near else there_are
                raise DefinitionError(f"there is no option {unknown}={given[unknown]!r}; {hint}")
            check_kinds(cls, given)
            return super().__new__(cls)


@contextmanager
def declaring(name: object, what: str = "task") -> Generator[None]:
    """Around the options of a declaration: an error of one says whose it is.

    Args:
        name: the name that is given; None where it will be that of the function below the decorator.
        what: what is declared.
    """
    try:
        yield
    except DefinitionError as error:
        whose = name or _decorated()
        raise DefinitionError(f"{what} {whose!r}: {error}" if whose else str(error)) from error.__cause__


def _decorated() -> str | None:
    """The name of the function below the decorator that is evaluated now, as far as the source shows it."""
    import linecache  # only to word an error

    frame = inspect.currentframe()
    while frame is not None and str(frame.f_globals.get("__name__")).split(".")[0] in ("hatchet", "contextlib"):
        frame = frame.f_back
    if frame is None:
        return None
    file, first = frame.f_code.co_filename, frame.f_lineno
    if not linecache.getline(file, first).lstrip().startswith("@"):
        return None
    for number in range(first + 1, first + DECORATOR_LINES):
        words = linecache.getline(file, number).replace("(", " ").split()
        if words[:1] == ["def"] or words[:2] == ["async", "def"]:
            return words[words.index("def") + 1]
    return None


def takes(spec: type, keys: type | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Show the fields of `spec` in place of `**options` to `help()`, `inspect` and the docs.

    Args:
        keys: the TypedDict with the options that this function takes; default: every field.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
        names = {parameter.name for parameter in own}
        extra = [parameter for parameter in _parameters(spec, keys) if parameter.name not in names]
        # A function object carries its signature in an attribute that the type of a callable does not declare.
        cast(Any, function).__signature__ = signature.replace(parameters=[*own, *extra])
        return function

    return decorate


@cache
def _parameters(spec: type, keys: type | None) -> list[inspect.Parameter]:
    # Annotations as they are written, like those of the function itself: to evaluate them takes long.
    found = [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=_default(f), annotation=f.type)
        for f in fields(spec)
        if f.init
    ]
    if keys is None:
        return found
    written: Mapping[str, Any] = keys.__annotations__
    own = {parameter.name for parameter in found}
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=reference.__forward_arg__)
        for name, reference in written.items()
        if name not in own
    ]
    return [parameter for parameter in found if parameter.name in written] + more


def _default(f: Any) -> object:  # Any: dataclasses.Field is invariant in a type that nobody here needs
    if f.default_factory is not MISSING:
        return f.default_factory()
    return inspect.Parameter.empty if f.default is MISSING else f.default

"""What tasks expect of the worker's lifespan, by `Context[State]`, and whether they get it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, is_typeddict

from hatchet.definitions.dependencies import ResolvedDependency
from hatchet.definitions.task import Task
from hatchet.errors import DefinitionError

NO_LIFESPAN = object()


def check_state(worker: str, tasks: Iterable[Task[Any, Any]], state: object = NO_LIFESPAN) -> None:
    """Refuse a worker whose tasks, or the dependencies of them, expect another state than its lifespan yields.

    Args:
        worker: its name, for the words of the error.
        state: what the lifespan yielded; default: there is no lifespan.

    Raises:
        DefinitionError: one of them expects another.
    """
    value = None if state is NO_LIFESPAN else state
    for task in tasks:
        for who, wanted in _expected(task):
            if not _fits(value, wanted):
                name = getattr(wanted, "__name__", str(wanted))
                given = (
                    "has no lifespan" if state is NO_LIFESPAN else f"has a lifespan that yields {type(state).__name__}"
                )
                raise DefinitionError(
                    f"{who} declares Context[{name}], but worker {worker!r} {given}; "
                    f"give it a lifespan= that yields {name}"
                )


def _expected(task: Task[Any, Any]) -> Iterator[tuple[str, Any]]:
    """Who of a task expects which type: its function, and the functions of its dependencies."""
    owner = f"task {task.name!r} of {task.workflow.name!r}"
    yield owner, task.lifespan_type
    for name, dependency in _all(task.dependencies):
        yield f"the dependency {name!r} of {owner}", dependency.lifespan_type


def _all(dependencies: Mapping[str, ResolvedDependency]) -> Iterator[tuple[str, ResolvedDependency]]:
    for name, dependency in dependencies.items():
        yield name, dependency
        yield from _all(dependency.needs)


def _fits(value: object, wanted: Any) -> bool:
    """Whether a value is of a type, as far as can be seen from outside; where that is unknown, it is."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        return _fits(value, arguments[0])
    if origin in (Union, UnionType):
        return any(_fits(value, each) for each in arguments)
    if origin is Literal:
        return value in arguments
    if wanted is Any:  # a class since Python 3.11, of which nothing is an instance
        return True
    if wanted is None or wanted is type(None):
        return True  # a task that expects nothing can live with something
    if is_typeddict(wanted):
        return isinstance(value, Mapping)
    kind = origin or getattr(wanted, "__supertype__", wanted)  # of a NewType
    if not inspect.isclass(kind) or (getattr(kind, "_is_protocol", False) and not _is_checkable(kind)):
        return True
    return isinstance(value, (kind, int) if kind in (float, complex) else kind)


def _is_checkable(protocol: type) -> bool:
    return bool(getattr(protocol, "_is_runtime_protocol", False))

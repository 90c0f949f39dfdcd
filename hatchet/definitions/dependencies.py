"""Dependencies: further parameters of a task, filled in by the worker before the task starts.

::

    async def connection(input: Order, ctx: Context) -> Connection: ...

    @hatchet.task()
    async def pay(input: Order, ctx: Context, db: Annotated[Connection, Depends(connection)]) -> Receipt: ...

    @hatchet.task()
    async def pay(input: Order, ctx: Context, db: Connection = Depends(connection)) -> Receipt: ...

The second form lets the type checker compare `Connection` with what `connection` returns.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import field
from typing import Annotated, Any, TypeVar, get_args, get_origin, overload

from hatchet._dataclasses import dataclass
from hatchet.errors import DefinitionError
from hatchet.options.annotations import annotations_of, state_type

T = TypeVar("T")

NESTING_LIMIT = 20  # dependencies of dependencies; deeper than this is a cycle


@dataclass(frozen=True)
class Dependency:
    """What `Depends(function)` leaves in a signature."""

    function: Callable[..., Any]  # Any: its parameters are (input, ctx) of whichever task uses it


@dataclass(frozen=True)
class ResolvedDependency:
    """A dependency with those it has itself."""

    function: Callable[..., Any]
    needs: Mapping[str, ResolvedDependency] = field(default_factory=dict[str, "ResolvedDependency"])
    lifespan_type: Any = None  # Any: a type expression
    """What it declares `ctx.lifespan` to be; None where it declares nothing. Read where it is declared: later its
    annotations may name what is out of sight."""


@overload
def Depends(fn: Callable[..., AbstractAsyncContextManager[T]]) -> T: ...
@overload
def Depends(fn: Callable[..., AbstractContextManager[T]]) -> T: ...
@overload
def Depends(fn: Callable[..., Coroutine[Any, Any, T]]) -> T: ...
@overload
def Depends(fn: Callable[..., T]) -> T: ...
def Depends(fn: Callable[..., Any]) -> Any:  # named as the incumbent names it; Any: the overloads say the type
    """A parameter that `fn(input, ctx)` provides: a function, sync or async, or one that returns a context manager.

    Context managers are left when the task has ended.
    """
    return Dependency(fn)


def dependencies_of(function: Callable[..., Any], depth: int = 0) -> dict[str, ResolvedDependency]:
    """The dependencies of a task or of a dependency: every parameter after the input and the context.

    Raises:
        DefinitionError: a parameter that nothing fills in, a type that does not fit, or a cycle.
    """
    name = getattr(function, "__qualname__", repr(function))
    if depth > NESTING_LIMIT:
        raise DefinitionError(f"{name}: its dependencies depend on each other in a cycle")
    hints = annotations_of(function)
    found: dict[str, ResolvedDependency] = {}
    for parameter in list(inspect.signature(function).parameters.values())[2:]:
        dependency = _marker(parameter, hints.get(parameter.name))
        if dependency is None:
            if parameter.default is inspect.Parameter.empty and parameter.kind not in (
                inspect.Parameter.VAR_POSITIONAL,
                inspect.Parameter.VAR_KEYWORD,
            ):
                raise DefinitionError(
                    f"{name}: nothing fills in the parameter {parameter.name!r}; "
                    f"write {parameter.name}: Annotated[…, Depends(function)]"
                )
            continue
        _check_type(name, parameter.name, hints.get(parameter.name), dependency.function)
        inner = inspect.unwrap(dependency.function)
        found[parameter.name] = ResolvedDependency(
            dependency.function, dependencies_of(inner, depth + 1), _lifespan_type(inner)
        )
    return found


def _lifespan_type(function: Callable[..., Any]) -> Any:
    parameters = [*inspect.signature(function).parameters]
    return state_type(annotations_of(function).get(parameters[1])) if len(parameters) > 1 else None


def _marker(parameter: inspect.Parameter, hint: Any) -> Dependency | None:
    if isinstance(parameter.default, Dependency):
        return parameter.default
    if get_origin(hint) is Annotated:
        for item in get_args(hint)[1:]:
            if isinstance(item, Dependency):
                return item
    return None


def _check_type(owner: str, parameter: str, hint: Any, function: Callable[..., Any]) -> None:
    """Refuse a plain class in the place of another; what is not a plain class is left to the type checker."""
    wanted = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    given = _provided(function)
    if inspect.isclass(wanted) and inspect.isclass(given) and get_origin(given) is None and get_origin(wanted) is None:
        numeric = wanted in (float, complex) and given in (int, float)
        if not issubclass(given, wanted) and not numeric:
            raise DefinitionError(
                f"{owner}: {parameter} is declared as {wanted.__name__}, "
                f"but {function.__qualname__} returns {given.__name__}"
            )


def _provided(function: Callable[..., Any]) -> Any:
    """What a dependency provides by its annotation: of a context manager what entering it gives."""
    inner = inspect.unwrap(function)
    given = annotations_of(inner).get("return")
    origin, arguments = get_origin(given), get_args(given)
    manages = inner is not function and (inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner))
    if manages or origin in (AbstractContextManager, AbstractAsyncContextManager):
        return arguments[0] if arguments else Any
    return given

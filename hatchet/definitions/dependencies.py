"""Dependencies: further parameters of a task, filled in by the worker before the task starts.

::

    async def connection(input: Order, ctx: Context) -> Connection: ...

    @hatchet.task()
    async def pay(input: Order, ctx: Context, db: Annotated[Connection, Depends(connection)]) -> Receipt: ...

    @hatchet.task()
    async def pay(input: Order, ctx: Context, db: Connection = Depends(connection)) -> Receipt: ...

The second form lets the type checker compare `Connection` with what `connection` returns. A dependency that yields is
entered before the task and goes on after it::

    def transaction(input: Order, ctx: Context) -> Iterator[Connection]:
        with engine.begin() as connection:
            yield connection
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import field
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, get_args, get_origin, overload

from hatchet._dataclasses import dataclass
from hatchet._lazy import Deferred
from hatchet.context.context import Context
from hatchet.errors import DefinitionError
from hatchet.options.annotations import annotations_of, bare, could_be, name_of, state_type, written_function

if TYPE_CHECKING:
    from hatchet.context import durable as durables
else:
    durables = Deferred("hatchet.context.durable")

T = TypeVar("T")

NESTING_LIMIT = 20  # dependencies of dependencies; deeper than this is a cycle
VARIADIC: Final = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
ITERATORS: Final = (Iterator, AsyncIterator, Generator, AsyncGenerator)


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
    takes: int = 2
    """How many of (input, ctx) it is called with."""
    is_generator: bool = False
    """Whether what it yields is what it provides."""


@overload
def Depends(fn: Callable[..., AbstractAsyncContextManager[T]]) -> T: ...
@overload
def Depends(fn: Callable[..., AbstractContextManager[T]]) -> T: ...
@overload
def Depends(fn: Callable[..., Coroutine[Any, Any, T]]) -> T: ...
@overload
def Depends(fn: Callable[..., AsyncIterator[T]]) -> T: ...
@overload
def Depends(fn: Callable[..., Iterator[T]]) -> T: ...
@overload
def Depends(fn: Callable[..., T]) -> T: ...
def Depends(fn: Callable[..., Any]) -> Any:  # named as the incumbent names it; Any: the overloads say the type
    """A parameter that `fn(input, ctx)` provides; `fn` may also take the input alone, or nothing.

    `fn` is any callable, sync or async: a function, a class, a method, a partial, an object with `__call__`. What it
    returns is what the parameter gets. Of a generator that is what it yields, once; what stands after the `yield` runs
    when the attempt has ended, and sees there how it failed, or that it was cancelled. A context manager is entered
    and left in the same way. Those entered last are left first.

    Raises:
        DefinitionError: in the attempt, when a generator yields nothing, or twice.
    """
    return Dependency(fn)


def dependencies_of(
    function: Callable[..., Any], *, is_durable: bool = False, depth: int = 0
) -> dict[str, ResolvedDependency]:
    """The dependencies of a task or of a dependency: every parameter after the input and the context.

    Args:
        is_durable: whether a durable task uses them, whose context is a DurableContext.

    Raises:
        DefinitionError: a parameter that nothing fills in, a type that does not fit, or a cycle.
    """
    name = name_of(function)
    if depth > NESTING_LIMIT:
        raise DefinitionError(f"{name}: its dependencies depend on each other in a cycle")
    hints = _hints(function)
    taken = 2 if depth == 0 else _takes(function, hints, is_durable=is_durable)
    called_with = _leading(function, hints)[:taken]
    found: dict[str, ResolvedDependency] = {}
    for parameter in _parameters(function):
        if parameter.name in called_with:
            continue
        dependency = _marker(parameter, hints.get(parameter.name))
        if dependency is None:
            if parameter.default is inspect.Parameter.empty and parameter.kind not in VARIADIC:
                raise DefinitionError(
                    f"{name}: nothing fills in the parameter {parameter.name!r}; "
                    f"write {parameter.name}: Annotated[…, Depends(function)]"
                )
            continue
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            raise DefinitionError(f"{name}: {parameter.name!r} is filled in by name; put it after the '/'")
        found[parameter.name] = _resolved(dependency.function, name, is_durable=is_durable, depth=depth + 1)
        _check_type(name, parameter.name, hints.get(parameter.name), dependency.function)
    return found


def _resolved(function: Callable[..., Any], owner: str, *, is_durable: bool, depth: int) -> ResolvedDependency:
    if not callable(function):
        raise DefinitionError(f"{owner}: Depends takes a callable, and {function!r} is none")
    needs = dependencies_of(function, is_durable=is_durable, depth=depth)
    hints = _hints(function)
    taken = _takes(function, hints, is_durable=is_durable)
    context = _leading(function, hints)[1:taken]
    lifespan_type = state_type(hints.get(context[0])) if context else None
    return ResolvedDependency(function, needs, lifespan_type, taken, _is_generator(function))


def _leading(function: Callable[..., Any], hints: Mapping[str, Any]) -> list[str]:
    """The parameters that may be given by position: those before the first that another dependency fills in."""
    own = takewhile(
        lambda each: each.kind in POSITIONAL and _marker(each, hints.get(each.name)) is None, _parameters(function)
    )
    return [each.name for each in own]


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except ValueError as error:  # some of those written in C
        raise DefinitionError(
            f"{name_of(function)} does not say which parameters it takes; write a def around it"
        ) from error


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Its annotations; of a class those of what makes an object of it, which the class says what it returns."""
    written = written_function(function)
    if not inspect.isclass(written):
        return annotations_of(function)
    if hasattr(written, "__signature__"):  # a model: the types of its fields, already resolved
        return {each.name: each.annotation for each in _parameters(written)} | {"return": written}
    maker = written.__init__ if written.__init__ is not object.__init__ else written.__new__
    return {**annotations_of(maker), "return": written}


def _takes(function: Callable[..., Any], hints: Mapping[str, Any], *, is_durable: bool) -> int:
    """How many of (input, ctx) a dependency is called with; parameters with other defaults keep these."""
    name, context = name_of(function), durables.DurableContext if is_durable else Context
    parameters = {each.name: each for each in _parameters(function)}
    leading = _leading(function, hints)[:2]
    if len(leading) < 2 and any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters.values()):
        return 2
    if len(leading) == 2:
        wanted = hints.get(leading[1], Any)
        if could_be(context, bare(wanted)):
            return 2
        if parameters[leading[1]].default is inspect.Parameter.empty:
            raise DefinitionError(
                f"{name}: its second parameter, {leading[1]}, is {_words(wanted)}, but gets a {context.__name__}; "
                f"a dependency is def {name}(input, ctx)"
            )
    if not leading or parameters[leading[0]].default is not inspect.Parameter.empty:
        return 0
    wanted = bare(hints.get(leading[0], Any))
    if inspect.isclass(wanted) and issubclass(wanted, Context):
        raise DefinitionError(f"{name} takes the context first; a dependency is def {name}(input, ctx)")
    return 1


def _is_generator(function: Callable[..., Any]) -> bool:
    written = written_function(function)
    if inspect.isgeneratorfunction(written) or inspect.isasyncgenfunction(written):
        return True
    given = _hints(function).get("return")
    return (get_origin(given) or given) in (Generator, AsyncGenerator)  # it hands on what another one makes


def _marker(parameter: inspect.Parameter, hint: Any) -> Dependency | None:
    if isinstance(parameter.default, Dependency):
        return parameter.default
    if get_origin(hint) is Annotated:
        for item in get_args(hint)[1:]:
            if isinstance(item, Dependency):
                return item
    return None


def _check_type(owner: str, parameter: str, hint: Any, function: Callable[..., Any]) -> None:
    """Refuse a class in the place of another; what cannot be told by classes is left to the type checker."""
    given = _provided(function)
    if hint is not None and not could_be(given, hint):
        raise DefinitionError(
            f"{owner}: {parameter} is declared as {_words(hint)}, but {name_of(function)} returns {_words(given)}"
        )


def _provided(function: Callable[..., Any]) -> Any:
    """What a dependency provides by its annotation: of a context manager what entering it gives."""
    given = _hints(function).get("return", Any)
    origin, arguments = get_origin(given) or given, get_args(given)
    if _is_generator(function):
        if origin not in (*ITERATORS, Any, object) and inspect.isclass(origin):
            raise DefinitionError(
                f"{name_of(function)} yields what it provides, and is declared to return {_words(given)}; "
                "declare Iterator[…] or AsyncIterator[…] of it"
            )
        return arguments[0] if origin in ITERATORS and arguments else Any
    if origin is Any or not inspect.isclass(origin):
        return given
    if origin in (AbstractContextManager, AbstractAsyncContextManager):
        return arguments[0] if arguments else Any
    if any(hasattr(origin, method) for method in ("__enter__", "__aenter__")):
        return Any  # whatever its class gives on entering
    if issubclass(origin, (Iterator, AsyncIterator)):
        raise DefinitionError(
            f"{name_of(function)} returns {_words(given)} and does not yield; an iterator stands for what it gives "
            "first: return a list, or yield the iterator"
        )
    if issubclass(origin, Coroutine):
        return arguments[-1] if arguments else Any
    return given


def _words(annotation: Any) -> str:
    plain = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return plain.__name__ if inspect.isclass(plain) and get_origin(plain) is None else str(plain)

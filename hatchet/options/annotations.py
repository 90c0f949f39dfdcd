"""The annotations of functions, resolved."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints, is_typeddict

from hatchet.errors import DefinitionError


def annotations_of(function: Callable[..., object]) -> dict[str, Any]:
    """The resolved annotations of a callable, with a clear error for names that cannot be found.

    Of a partial those of its function, of an object those of its `__call__`, of a decorated function its own.
    """
    written = written_function(function)
    try:
        return get_type_hints(written, include_extras=True)
    except NameError:
        try:
            return get_type_hints(written, localns=_surrounding_locals(written), include_extras=True)
        except NameError as error:
            raise DefinitionError(
                f"{name_of(function)}: its annotations name {error.name!r}, which cannot be found; "
                "import it outside `if TYPE_CHECKING:`"
            ) from error


def written_function(function: Callable[..., object]) -> Callable[..., object]:
    """The function that somebody has written, below partials, methods, callable objects and `functools.wraps`."""
    function = inspect.unwrap(function)
    while isinstance(function, functools.partial):
        function = inspect.unwrap(cast("functools.partial[object]", function).func)
    if inspect.isroutine(function) or inspect.isclass(function):
        return function
    call: Callable[..., object] = inspect.unwrap(type(function).__call__)
    return call


def name_of(function: object) -> str:
    """The name of a callable, in messages: that of a partial is its function's, that of an object its class's."""
    while isinstance(function, functools.partial):
        function = cast("functools.partial[object]", function).func
    return str(getattr(function, "__qualname__", None) or type(function).__qualname__)


def own_name(function: object) -> str:
    """The name of a callable without that of the class or function in which it is declared."""
    return name_of(function).rpartition(".")[2]


def state_type(annotation: Any) -> Any:  # Any: a type expression
    """The type of `ctx.lifespan` that the annotation of a context says."""
    return next(iter(get_args(annotation)), Any)


def could_be(given: Any, wanted: Any) -> bool:  # Any: type expressions
    """Whether a value of a type may be one of another: False only where two classes say that it never is."""
    given, wanted = _kind(given), _kind(wanted)
    if given is None or wanted is None or issubclass(given, wanted):
        return True
    # As type checkers promote numbers.
    return (wanted is float and issubclass(given, int)) or (wanted is complex and issubclass(given, (int, float)))


def bare(annotation: Any) -> Any:  # Any: type expressions
    """A type expression without what stands in its brackets: of `Context[State]` it is Context."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    origin = get_origin(annotation)
    return annotation if origin is UnionType or not inspect.isclass(origin) else origin


def _kind(annotation: Any) -> type | None:
    """The class that a type expression says; None where it says none, or one that objects need not derive from."""
    if get_origin(annotation) is Annotated:
        return _kind(get_args(annotation)[0])
    if annotation is None:
        return type(None)
    if annotation is Any or get_origin(annotation) is not None or not inspect.isclass(annotation):
        return None
    if is_typeddict(annotation):
        return dict
    return None if getattr(annotation, "_is_protocol", False) else annotation


def is_async(function: Callable[..., object]) -> bool:
    """Whether a call of it only makes a coroutine, as far as that can be told without a call."""
    while isinstance(function, functools.partial):
        function = cast("functools.partial[object]", function).func
    if inspect.iscoroutinefunction(function):
        return True
    return not inspect.isroutine(function) and inspect.iscoroutinefunction(type(function).__call__)


def _surrounding_locals(function: Callable[..., object]) -> dict[str, Any]:
    """Locals of the functions in whose bodies the callable is declared, inner ones first: its types may live there."""
    names = [part.rpartition(".")[2] for part in function.__qualname__.split(".<locals>")[:-1]]
    found: dict[str, Any] = {}
    frame = inspect.currentframe()
    while frame is not None and names:
        if frame.f_code.co_name == names[-1] and frame.f_globals is getattr(function, "__globals__", None):
            found = {**frame.f_locals, **found}
            names.pop()
        frame = frame.f_back
    return found

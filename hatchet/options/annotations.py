"""The annotations of functions, resolved."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, cast, get_args, get_type_hints

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


def state_type(annotation: Any) -> Any:  # Any: a type expression
    """The type of `ctx.lifespan` that the annotation of a context says."""
    return next(iter(get_args(annotation)), Any)


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

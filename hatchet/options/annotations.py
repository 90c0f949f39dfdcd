"""The annotations of functions, resolved."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

from hatchet.errors import DefinitionError


def annotations_of(function: Callable[..., object]) -> dict[str, Any]:
    """The resolved annotations of a task function, with a clear error for names that cannot be found."""
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as error:
        try:
            return get_type_hints(function, localns=_calling_locals(function), include_extras=True)
        except NameError:
            raise DefinitionError(
                f"{function.__qualname__}: its annotations name {error.name!r}, which cannot be found; "
                "import it outside `if TYPE_CHECKING:`"
            ) from error


def _calling_locals(function: Callable[..., object]) -> dict[str, Any]:
    """Locals of the function in whose body the task is declared: its types may live there."""
    frame = inspect.currentframe()
    outer = function.__qualname__.rpartition(".<locals>")[0].rpartition(".")[2]
    while frame is not None and outer:
        if frame.f_code.co_name == outer:
            return dict(frame.f_locals)
        frame = frame.f_back
    return {}

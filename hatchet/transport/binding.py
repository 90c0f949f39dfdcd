"""How type checkers see the twins that `blocking` makes, and how errors name them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, overload

P = ParamSpec("P")
S_contra = TypeVar("S_contra", contravariant=True)
T_co = TypeVar("T_co", covariant=True)


class BlockingMethod(Protocol[S_contra, P, T_co]):
    """What `blocking` returns: a function that binds to its object.

    Checkers do not agree whether a bare `Callable` in a class body binds (docs/decisions/0046-twins-that-bind.md).
    """

    @overload
    def __get__(self, instance: None, owner: type[object]) -> Callable[Concatenate[S_contra, P], T_co]: ...
    @overload
    def __get__(self, instance: S_contra, owner: type[object] | None = None) -> Callable[P, T_co]: ...


def spellings(coroutine: Coroutine[Any, Any, Any], owner: object) -> tuple[str, str]:
    """A blocking call in words, and what to write in its place."""
    name = getattr(coroutine, "__name__", "")
    if not name.startswith("aio_"):
        return "a blocking iteration", "iterate with `async for`"
    called = getattr(owner, "base_name", "")  # of a task or workflow: most often the name of the function, too
    shown = called if called.isidentifier() else "…"
    kind = type(owner).__name__ if shown == "…" and owner is not None else shown
    return f"{kind}.{name.removeprefix('aio_')}()", f"write `await {shown}.{name}(…)`"

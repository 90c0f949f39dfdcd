"""How type checkers see the twins that `blocking` makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar, overload

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

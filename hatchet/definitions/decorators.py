"""The decorators: they read the types of the function below them.

Each has two signatures, for `async def` and `def`: from a union of both mypy infers no output type
(docs/decisions/0002-decorator-overloads.md).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from hatchet.context.context import Context

if TYPE_CHECKING:
    from hatchet.definitions.standalone import Standalone

P = ParamSpec("P")
R = TypeVar("R")
TIn = TypeVar("TIn")
TCtx = TypeVar("TCtx", bound=Context[Any])


class StandaloneDecorator(Generic[TCtx]):
    """Makes a function a standalone task; the input's type is that of its first parameter."""

    def __init__(self, make: Callable[[Callable[..., Any]], Standalone[Any, Any]]) -> None:
        self._make = make

    @overload
    def __call__(self, function: Callable[Concatenate[TIn, TCtx, P], Coroutine[Any, Any, R]]) -> Standalone[TIn, R]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[TIn, TCtx, P], R]) -> Standalone[TIn, R]: ...
    def __call__(self, function: Callable[..., Any]) -> Any:
        """The standalone task."""
        return self._make(function)


class ValidatedStandaloneDecorator(Generic[TIn, TCtx]):
    """Makes a function a standalone task; the input's type was given with `input_validator`."""

    def __init__(self, make: Callable[[Callable[..., Any]], Standalone[Any, Any]]) -> None:
        self._make = make

    @overload
    def __call__(self, function: Callable[Concatenate[TIn, TCtx, P], Coroutine[Any, Any, R]]) -> Standalone[TIn, R]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[TIn, TCtx, P], R]) -> Standalone[TIn, R]: ...
    def __call__(self, function: Callable[..., Any]) -> Any:
        """The standalone task."""
        return self._make(function)


class BatchStandaloneDecorator(Generic[TCtx]):
    """Makes a function that executes many runs at once a standalone task."""

    def __init__(self, make: Callable[[Callable[..., Any]], Standalone[Any, Any]]) -> None:
        self._make = make

    @overload
    def __call__(
        self, function: Callable[Concatenate[dict[str, TIn], TCtx, P], Coroutine[Any, Any, dict[str, R]]]
    ) -> Standalone[TIn, R]: ...
    @overload
    def __call__(
        self, function: Callable[Concatenate[dict[str, TIn], TCtx, P], dict[str, R]]
    ) -> Standalone[TIn, R]: ...
    def __call__(self, function: Callable[..., Any]) -> Any:
        """The standalone task."""
        return self._make(function)


class BroadcastStandaloneDecorator(Generic[TCtx]):
    """As `BatchStandaloneDecorator`, for a function that returns one output for all runs."""

    def __init__(self, make: Callable[[Callable[..., Any]], Standalone[Any, Any]]) -> None:
        self._make = make

    @overload
    def __call__(
        self, function: Callable[Concatenate[dict[str, TIn], TCtx, P], Coroutine[Any, Any, R]]
    ) -> Standalone[TIn, R]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[dict[str, TIn], TCtx, P], R]) -> Standalone[TIn, R]: ...
    def __call__(self, function: Callable[..., Any]) -> Any:
        """The standalone task."""
        return self._make(function)

"""The decorators: they read the types of the function below them.

Each has two signatures, for `async def` and `def`: from a union of both mypy infers no output type
(docs/decisions/0002-decorator-overloads.md).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from hatchet.context.context import Context

if TYPE_CHECKING:
    from hatchet.definitions.task import Task

P = ParamSpec("P")
R = TypeVar("R")
TIn = TypeVar("TIn")
TCtx = TypeVar("TCtx", bound=Context[Any])


class TaskDecorator(Generic[TIn, TCtx]):
    """Makes a function a task of a workflow whose input is `TIn`."""

    def __init__(self, make: Callable[[Callable[..., Any]], Task[TIn, Any]]) -> None:
        self._make = make

    @overload
    def __call__(self, function: Callable[Concatenate[TIn, TCtx, P], Coroutine[Any, Any, R]]) -> Task[TIn, R]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[TIn, TCtx, P], R]) -> Task[TIn, R]: ...
    def __call__(self, function: Callable[..., Any]) -> Any:
        """The task."""
        return self._make(function)


class BatchTaskDecorator(Generic[TIn, TCtx]):
    """Makes a function that executes many runs at once a task of a workflow whose input is `TIn`."""

    def __init__(self, make: Callable[[Callable[..., Any]], Task[TIn, Any]]) -> None:
        self._make = make

    @overload
    def __call__(
        self, function: Callable[Concatenate[dict[str, TIn], TCtx, P], Coroutine[Any, Any, dict[str, R]]]
    ) -> Task[TIn, R]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[dict[str, TIn], TCtx, P], dict[str, R]]) -> Task[TIn, R]: ...
    def __call__(self, function: Callable[..., Any]) -> Any:
        """The task."""
        return self._make(function)


class BroadcastTaskDecorator(Generic[TIn, TCtx]):
    """As `BatchTaskDecorator`, for a function that returns one output for all runs."""

    def __init__(self, make: Callable[[Callable[..., Any]], Task[TIn, Any]]) -> None:
        self._make = make

    @overload
    def __call__(
        self, function: Callable[Concatenate[dict[str, TIn], TCtx, P], Coroutine[Any, Any, R]]
    ) -> Task[TIn, R]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[dict[str, TIn], TCtx, P], R]) -> Task[TIn, R]: ...
    def __call__(self, function: Callable[..., Any]) -> Any:
        """The task."""
        return self._make(function)

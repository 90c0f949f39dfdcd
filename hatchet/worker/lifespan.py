"""A worker's lifespan: what is opened before the first task and closed after the last."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from hatchet.errors import LifespanSetupError

LifespanFunction = Callable[[], AsyncGenerator[Any, None]] | Callable[[], AbstractAsyncContextManager[Any]]
"""An async generator function that yields once, or a function that returns an async context manager."""


class Lifespan:
    """Enters and leaves the user's lifespan."""

    def __init__(self, function: LifespanFunction | None) -> None:
        self._function = function
        self._manager: AbstractAsyncContextManager[Any] | None = None

    @property
    def is_given(self) -> bool:
        """Whether the worker has one."""
        return self._function is not None

    async def enter(self) -> Any:  # Any: whatever the user yields; `Context[State]` gives it its type back
        """What the user's lifespan yields; None without one."""
        if self._function is None:
            return None
        opened = self._function()
        if isinstance(opened, AsyncGenerator):
            generator = opened
            self._manager = asynccontextmanager(lambda: generator)()
        else:
            self._manager = opened
        try:
            return await self._manager.__aenter__()
        except BaseException as error:
            self._manager = None
            if isinstance(error, Exception):
                raise LifespanSetupError(f"the worker's lifespan failed before any task ran: {error!r}") from error
            raise

    async def leave(self) -> None:
        """Close what was opened."""
        manager, self._manager = self._manager, None
        if manager is not None:
            await manager.__aexit__(None, None, None)

"""What calls the sync functions of a worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Threads(Protocol):
    """Threads that call functions."""

    async def call(self, function: Callable[[], T]) -> T:
        """Call one, with the caller's context variables."""
        ...

    def let_go(self) -> None:
        """Wait for none any more."""
        ...

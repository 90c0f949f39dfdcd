"""Threads and processes around the I/O loop: what calls the sync functions of a worker, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

T = TypeVar("T")

FORKED: Final = (
    "this process was forked from one that was connected to an engine already, and gRPC does not survive that; "
    "fork before the first call, or start the process with multiprocessing's method 'spawn'"
)

STRANGER: Final = (
    "this client was made outside of the exploration, and lives on another loop; make it in the test that is explored, "
    "with Hatchet.from_embedded(None)"
)


class Threads(Protocol):
    """Threads that call functions."""

    async def call(self, function: Callable[[], T]) -> T:
        """Call one, with the caller's context variables."""
        ...

    def let_go(self) -> None:
        """Wait for none any more."""
        ...

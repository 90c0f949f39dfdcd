"""What the words of a test's engine have in common: its parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from hatchet.transport.io_loop import IoLoop

if TYPE_CHECKING:
    from hatchet.engine import MovableClock
    from hatchet.engine.hub import Hub
    from hatchet.testing.line import Line
    from hatchet.testing.settling import Stillness
    from hatchet.testing.store import MemoryStore
    from hatchet.wire.gateway import Gateway

T = TypeVar("T")


class Words(ABC):
    """The engine, as its words use it."""

    _clock: MovableClock
    _line: Line
    _stillness: Stillness
    _gateways: list[Gateway]

    @property
    @abstractmethod
    def io(self) -> IoLoop:
        """The loop that it lives on."""

    @property
    @abstractmethod
    def _hub(self) -> Hub:
        """Its inside; it runs."""

    @property
    @abstractmethod
    def _store(self) -> MemoryStore:
        """What it keeps."""

    @abstractmethod
    async def _do(self, act: Coroutine[Any, Any, T]) -> T:
        """Do something on its loop, once it runs."""

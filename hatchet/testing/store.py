"""The memory of a test's engine: it outlives a restart, and its disk can be full."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from hatchet.engine.state.errors import StorageError
from hatchet.engine.storage.opening import in_words
from hatchet.engine.storage.store import Store


class MemoryStore(Store):
    """A database in memory."""

    def __init__(self, data: Path | None, synchronous: str, image: bytes | None = None) -> None:
        """`image` is what another one has kept."""
        super().__init__(data, synchronous)
        self.is_full: bool = False
        """Whether nothing more can be stored."""
        if image is not None:
            self.db.deserialize(image)

    def image(self) -> bytes:
        """Everything that is stored."""
        return self.db.serialize()

    def _transact(self, write: Callable[[], None]) -> None:
        if self.is_full:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise StorageError(in_words(error, self.name)) from error
        super()._transact(write)

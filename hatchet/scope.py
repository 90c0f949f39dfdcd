"""Which run is executing here, and how it spawns children: the package's one context variable."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


@dataclass
class Scope:
    """The attempt that executes in this context."""

    workflow_run_id: str
    task_run_id: str
    retry_count: int
    worker_id: str
    additional_metadata: Mapping[str, object]
    handler_loop: asyncio.AbstractEventLoop | None = None
    """The loop that runs async handlers; a blocking call on it would keep this worker from answering itself."""
    _spawned: int = field(default=0, repr=False)

    def next_child_index(self) -> int:
        """Number of the next child; it restarts with each attempt, so that a retry finds the children of the first."""
        index = self._spawned
        self._spawned += 1
        return index


current_scope: ContextVar[Scope | None] = ContextVar("hatchet_scope", default=None)

"""What a context asks of the engine: the part of the gateway that it uses, so that a mock run can take its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from typing_extensions import Unpack

from hatchet.options.keys import RunOptions
from hatchet.transport.io_loop import IoLoop

TIn_contra = TypeVar("TIn_contra", contravariant=True)
TRef_co = TypeVar("TRef_co", covariant=True)


class Startable(Protocol[TIn_contra, TRef_co]):
    """What a context can start: a task, a workflow, or a stub of one."""

    async def aio_run_no_wait(self, input: TIn_contra, **options: Unpack[RunOptions]) -> TRef_co:
        """Start a run; its reference."""
        ...


class ContextCalls(Protocol):
    """The calls of a running attempt; they run on the I/O loop."""

    @property
    def io(self) -> IoLoop:
        """The loop that they run on."""
        ...

    def now(self) -> datetime:
        """The engine's time: that of this machine, but for the engine of a test."""
        ...

    async def cancel(self, run_ids: Sequence[str]) -> list[str]:
        """Cancel runs or task runs."""
        ...

    async def put_stream(self, task_run_id: str, index: int, data: bytes) -> None:
        """Send one chunk of a task's stream to whoever listens."""
        ...

    async def refresh_timeout(self, task_run_id: str, by: str) -> None:
        """Push a task's execution timeout back."""
        ...

    async def release_slot(self, task_run_id: str) -> None:
        """Give a task's slot back while it goes on."""
        ...

    async def pause_rate_limit(self, key: str, until: datetime) -> datetime:
        """Let nothing start that uses a rate limit."""
        ...

    async def upsert_worker_labels(self, worker_id: str, labels: Mapping[str, str | int]) -> None:
        """Set labels of a worker."""
        ...

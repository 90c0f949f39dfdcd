"""How a draining worker asks for no more work: a port, since pausing is a REST call and REST is loaded late."""

from __future__ import annotations

from typing import Protocol


class Pause(Protocol):
    """Takes a worker out of scheduling."""

    async def pause(self, worker_id: str) -> None:
        """Pause a worker; a failure is logged, since draining goes on without. Runs on the I/O loop."""
        ...


class NoPause:
    async def pause(self, worker_id: str) -> None: ...

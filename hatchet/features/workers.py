"""`hatchet.workers`: who is there to execute tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hatchet.features.rest import Feature
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import Worker, WorkerList


class WorkersClient(Feature):
    """Workers of the tenant."""

    async def aio_list(self, *, limit: int | None = None, offset: int | None = None) -> WorkerList:
        """Workers that were alive in the last 24 hours (API: `worker:list`)."""
        return await self._rest.send(api.workers.list.build(self._tenant, limit=limit, offset=offset))

    async def aio_get(self, worker_id: str) -> Worker:
        """One worker, with its slots and labels (API: `worker:get`); NotFound when there is none."""
        return await self._rest.send(api.workers.get.build(worker_id))

    async def aio_pause(self, worker_id: str) -> Worker:
        """Give a worker no new tasks; those it has go on (API: `worker:update`)."""
        return await self._update(worker_id, is_paused=True)

    async def aio_unpause(self, worker_id: str) -> Worker:
        """Give a paused worker tasks again (API: `worker:update`)."""
        return await self._update(worker_id, is_paused=False)

    async def _update(self, worker_id: str, *, is_paused: bool) -> Worker:
        return await self._rest.send(
            api.workers.update.build(worker_id, models.UpdateWorkerRequest(is_paused=is_paused))
        )

    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    pause: Final = blocking(aio_pause)
    unpause: Final = blocking(aio_unpause)

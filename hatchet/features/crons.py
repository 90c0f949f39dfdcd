"""`hatchet.cron`: workflows that start again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hatchet.features.rest import Feature
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api

if TYPE_CHECKING:
    from hatchet_api.rest.models import CronWorkflows, CronWorkflowsList


class CronClient(Feature):
    """Cron triggers of the tenant's workflows."""

    async def aio_list(
        self, *, offset: int | None = None, limit: int | None = None, workflow_id: str | None = None
    ) -> CronWorkflowsList:
        """Cron triggers, newest first (API: `cron-workflow:list`)."""
        operation = api.crons.list.build(self._tenant, offset=offset, limit=limit, workflow_id=workflow_id)
        return await self._rest.send(operation)

    async def aio_get(self, cron_id: str) -> CronWorkflows:
        """One cron trigger (API: `cron-workflow:get`)."""
        return await self._rest.send(api.crons.get.build(self._tenant, cron_id))

    async def aio_delete(self, cron_id: str) -> None:
        """Delete a cron trigger (API: `cron-workflow:delete`)."""
        await self._rest.send(api.crons.delete.build(self._tenant, cron_id))

    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    delete: Final = blocking(aio_delete)

"""`hatchet.scheduled`: runs that start at a given time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hatchet.features.rest import Feature
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api

if TYPE_CHECKING:
    from hatchet_api.rest.models import ScheduledWorkflows, ScheduledWorkflowsList


class ScheduledClient(Feature):
    """Scheduled runs of the tenant's workflows."""

    async def aio_list(
        self, *, offset: int | None = None, limit: int | None = None, workflow_id: str | None = None
    ) -> ScheduledWorkflowsList:
        """Scheduled runs, latest first (API: `workflow-scheduled:list`)."""
        operation = api.scheduled.list.build(self._tenant, offset=offset, limit=limit, workflow_id=workflow_id)
        return await self._rest.send(operation)

    async def aio_get(self, scheduled_id: str) -> ScheduledWorkflows:
        """One scheduled run (API: `workflow-scheduled:get`); NotFound once it has started."""
        return await self._rest.send(api.scheduled.get.build(self._tenant, scheduled_id))

    async def aio_delete(self, scheduled_id: str) -> None:
        """Delete a scheduled run (API: `workflow-scheduled:delete`)."""
        await self._rest.send(api.scheduled.delete.build(self._tenant, scheduled_id))

    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    delete: Final = blocking(aio_delete)

"""`hatchet.cron`: workflows that start again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from hatchet.features.rest import Feature
from hatchet.options.specs import check_priority
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import CronWorkflows, CronWorkflowsList


class CronClient(Feature):
    """Cron triggers of the tenant's workflows."""

    async def aio_create(
        self,
        workflow_name: str,
        cron_name: str,
        expression: str,
        input: Mapping[str, Any],  # Any: JSON of a shape that only the workflow knows
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> CronWorkflows:
        """Create a cron trigger; name and expression together are new.

        Args:
            workflow_name: the workflow; the namespace is added.
            cron_name: name of the trigger.
            expression: five fields, or six with leading seconds, in UTC; or `@daily` and the like.
            input: input of the runs.
            additional_metadata: metadata of the runs.
            priority: of the runs, 1 to 3; default: the lowest.
        """
        if priority is not None:
            check_priority(priority, "priority")
        body = models.CreateCronWorkflowTriggerRequest(
            input=dict(input),
            additional_metadata=dict(additional_metadata or {}),
            cron_name=cron_name,
            cron_expression=expression,
            priority=priority,
        )
        name = self._rest.config.apply_namespace(workflow_name)
        return await self._rest.send(api.crons.create.build(self._tenant, name, body))

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

    create: Final = blocking(aio_create)
    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    delete: Final = blocking(aio_delete)

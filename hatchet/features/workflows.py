"""`hatchet.workflows`: what has been registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hatchet.features.rest import Feature
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api

if TYPE_CHECKING:
    from hatchet_api.rest.models import Workflow, WorkflowList, WorkflowVersion


class WorkflowsClient(Feature):
    """Workflows of the tenant; a standalone task is a workflow too."""

    async def aio_list(
        self, workflow_name: str | None = None, *, limit: int | None = None, offset: int | None = None
    ) -> WorkflowList:
        """Workflows whose name contains `workflow_name`, to which the namespace is added (API: `workflow:list`)."""
        name = None if workflow_name is None else self._rest.config.apply_namespace(workflow_name)
        return await self._rest.send(api.workflows.list.build(self._tenant, name=name, limit=limit, offset=offset))

    async def aio_get(self, workflow_id: str) -> Workflow:
        """One workflow with its versions (API: `workflow:get`); NotFound when there is none."""
        return await self._rest.send(api.workflows.get.build(workflow_id))

    async def aio_get_version(self, workflow_id: str, version: str | None = None) -> WorkflowVersion:
        """One version of a workflow, by default the newest (API: `workflow-version:get`)."""
        return await self._rest.send(api.workflow_versions.get.build(workflow_id, version=version))

    async def aio_delete(self, workflow_id: str) -> None:
        """Delete a workflow (API: `workflow:delete`)."""
        await self._rest.send(api.workflows.delete.build(workflow_id))

    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    get_version: Final = blocking(aio_get_version)
    delete: Final = blocking(aio_delete)

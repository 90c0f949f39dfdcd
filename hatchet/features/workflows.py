"""`hatchet.workflows`: what has been registered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from hatchet.features.rest import Feature
from hatchet.options.durations import render_duration
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

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

    async def aio_pause(
        self,
        workflow_id: str,
        queue_ttl: timedelta,
        paused_workflow_cron_run_queue_behavior: Literal["DROP", "QUEUE"] = "QUEUE",
        paused_workflow_scheduled_run_queue_behavior: Literal["DROP", "QUEUE"] = "QUEUE",
    ) -> Workflow:
        """Hold new runs of a workflow back; what is running goes on (API: `workflow:update`).

        Args:
            queue_ttl: how long a run may be held back before it is cancelled.
            paused_workflow_cron_run_queue_behavior: whether runs that crons would start are held back or dropped.
            paused_workflow_scheduled_run_queue_behavior: the same for scheduled runs.
        """
        behavior = models.WorkflowPauseScheduledCronRunQueueBehavior
        pause = models.PauseWorkflowRequestPause(
            action="pause",
            paused_workflow_cron_run_queue_behavior=behavior(paused_workflow_cron_run_queue_behavior),
            paused_workflow_scheduled_run_queue_behavior=behavior(paused_workflow_scheduled_run_queue_behavior),
            paused_workflow_queue_ttl=render_duration(queue_ttl, "queue_ttl"),
        )
        body = models.WorkflowUpdateRequest(pause=pause)
        return await self._rest.send(api.workflows.update.build(workflow_id, body))

    async def aio_unpause(self, workflow_id: str) -> Workflow:
        """Let the runs of a workflow go that were held back (API: `workflow:update`)."""
        resume = models.PauseWorkflowRequestUnpause(action="unpause")
        body = models.WorkflowUpdateRequest(pause=resume)
        return await self._rest.send(api.workflows.update.build(workflow_id, body))

    pause: Final = blocking(aio_pause)
    unpause: Final = blocking(aio_unpause)
    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    get_version: Final = blocking(aio_get_version)
    delete: Final = blocking(aio_delete)

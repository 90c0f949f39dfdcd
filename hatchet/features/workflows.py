"""`hatchet.workflows`: what has been registered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from hatchet.errors import InputError
from hatchet.features.metrics import MetricsClient, TaskMetrics
from hatchet.features.pages import PAGE_SIZE, Items, by_offset, check_page
from hatchet.features.rest import Feature, id_of, id_or_none, known
from hatchet.options.durations import render_duration
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import (
        Workflow,
        WorkflowList,
        WorkflowVersion,
    )


class WorkflowsClient(Feature):
    """Workflows of the tenant; a standalone task is a workflow too."""

    async def aio_list(
        self, workflow_name: str | None = None, *, limit: int | None = None, offset: int | None = None
    ) -> WorkflowList:
        """A page of workflows, newest first (API: `workflow:list`).

        Args:
            workflow_name: a part of their names, to which the namespace is added.
            limit: workflows on the page; the engine's default is 50.
            offset: workflows to leave out.
        """
        check_page(offset, limit)
        name = None if workflow_name is None else self._rest.config.apply_namespace(workflow_name)
        return await self._send(api.workflows.list.build(self._tenant, name=name, limit=limit, offset=offset))

    def iterate(self, workflow_name: str | None = None, *, page_size: int = PAGE_SIZE) -> Items[Workflow]:
        """All workflows, newest first, for `for` and `async for` (API: `workflow:list`).

        Args:
            workflow_name: a part of their names, to which the namespace is added.
            page_size: workflows that are asked for at once.
        """

        async def fetch(offset: int, limit: int) -> Sequence[Workflow]:
            return (await self.aio_list(workflow_name, limit=limit, offset=offset)).rows or ()

        return by_offset(self.io, fetch, lambda workflow: workflow.metadata.id, page_size=page_size)

    async def aio_get(self, workflow_id: str | UUID) -> Workflow:
        """One workflow with its newest version (API: `workflow:get`).

        Args:
            workflow_id: the workflow, by its id.

        Raises:
            NotFound: it does not exist.
        """
        return await self._send(api.workflows.get.build(id_of(workflow_id, "workflow_id")))

    async def aio_get_version(self, workflow_id: str | UUID, version: str | None = None) -> WorkflowVersion:
        """One version of a workflow (API: `workflow-version:get`).

        Args:
            workflow_id: the workflow, by its id.
            version: the version, by its id; default: the newest.

        Raises:
            NotFound: it does not exist.
        """
        operation = api.workflow_versions.get.build(
            id_of(workflow_id, "workflow_id"), version=id_or_none(version, "version")
        )
        return await self._send(operation)

    async def aio_get_metrics(
        self, workflow_id: str | UUID, *, since: datetime | None = None, until: datetime | None = None
    ) -> TaskMetrics:
        """Runs of a workflow by status (API: `v1-task:list:status-metrics`).

        Args:
            workflow_id: the workflow.
            since: created at or after this aware time; default: a day ago.
            until: created before this aware time; default: now.
        """
        return await self._sibling(MetricsClient).aio_get_task_metrics(
            since=since, until=until, workflow_ids=[id_of(workflow_id, "workflow_id")]
        )

    async def aio_delete(self, workflow_id: str | UUID) -> None:
        """Delete a workflow, so that nothing starts it any more; its runs stay (API: `workflow:delete`).

        Args:
            workflow_id: the workflow, by its id.

        Raises:
            NotFound: it does not exist.
        """
        await self._delete(api.workflows.delete.build(id_of(workflow_id, "workflow_id")))

    async def aio_pause(
        self,
        workflow_id: str | UUID,
        queue_ttl: timedelta,
        paused_workflow_cron_run_queue_behavior: Literal["DROP", "QUEUE"] = "QUEUE",
        paused_workflow_scheduled_run_queue_behavior: Literal["DROP", "QUEUE"] = "QUEUE",
    ) -> Workflow:
        """Hold new runs of a workflow back; what is running goes on (API: `workflow:update`).

        Args:
            workflow_id: the workflow, by its id.
            queue_ttl: how long a run may be held back before it is cancelled.
            paused_workflow_cron_run_queue_behavior: whether runs that crons would start are held back or dropped.
            paused_workflow_scheduled_run_queue_behavior: the same for scheduled runs.

        Raises:
            DefinitionError: the time is not above 0.
            NotFound: there is no such workflow.
        """
        behavior = models.WorkflowPauseScheduledCronRunQueueBehavior
        pause = models.PauseWorkflowRequestPause(
            action="pause",
            paused_workflow_cron_run_queue_behavior=known(
                behavior, paused_workflow_cron_run_queue_behavior, "paused_workflow_cron_run_queue_behavior"
            ),
            paused_workflow_scheduled_run_queue_behavior=known(
                behavior, paused_workflow_scheduled_run_queue_behavior, "paused_workflow_scheduled_run_queue_behavior"
            ),
            paused_workflow_queue_ttl=render_duration(queue_ttl, "queue_ttl", InputError),
        )
        body = models.WorkflowUpdateRequest(pause=pause)
        return await self._send(api.workflows.update.build(id_of(workflow_id, "workflow_id"), body))

    async def aio_unpause(self, workflow_id: str | UUID) -> Workflow:
        """Let the runs of a workflow go that were held back (API: `workflow:update`).

        Args:
            workflow_id: the workflow, by its id.

        Raises:
            NotFound: it does not exist.
        """
        resume = models.PauseWorkflowRequestUnpause(action="unpause")
        body = models.WorkflowUpdateRequest(pause=resume)
        return await self._send(api.workflows.update.build(id_of(workflow_id, "workflow_id"), body))

    pause: Final = blocking(aio_pause)
    unpause: Final = blocking(aio_unpause)
    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    get_version: Final = blocking(aio_get_version)
    get_metrics: Final = blocking(aio_get_metrics)
    delete: Final = blocking(aio_delete)

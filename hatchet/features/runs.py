"""`hatchet.runs`: what became of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from hatchet.features.rest import Feature, Rest, pairs
from hatchet.runs.ref import WorkflowRunRef
from hatchet.runs.results import WorkflowResult
from hatchet.runs.stream import ChunkStream
from hatchet.transport.io_loop import blocking
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import RunDetails
from hatchet_api.rest import api

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1TaskStatus, V1TaskSummary, V1TaskSummaryList, V1WorkflowRunDetails

DEFAULT_PAST = timedelta(days=1)


class RunsClient(Feature):
    """Runs of the tenant."""

    def __init__(self, rest: Rest, gateway: Gateway) -> None:
        super().__init__(rest)
        self._gateway = gateway

    async def aio_get(self, workflow_run_id: str) -> V1WorkflowRunDetails:
        """A run with its tasks, events and shape (API: `v1-workflow-run:get`); NotFound when there is none."""
        return await self._rest.send(api.runs.get.build(workflow_run_id))

    async def aio_get_status(self, workflow_run_id: str) -> V1TaskStatus:
        """Where a run is (API: `v1-workflow-run:get:status`)."""
        return await self._rest.send(api.runs.get_status.build(workflow_run_id))

    async def aio_get_task_run(self, task_run_id: str) -> V1TaskSummary:
        """One task run (API: `v1-task:get`)."""
        return await self._rest.send(api.tasks.get.build(task_run_id))

    async def aio_get_details(self, external_id: str) -> RunDetails:
        """A run as the engine itself sees it, without the delay of the REST API (API: `GetRunDetails`)."""
        return await self.io.run(self._gateway.run_details(external_id))

    async def aio_get_result(self, run_id: str) -> WorkflowResult:
        """Wait for a run to end; the outputs of its tasks. Raises as `WorkflowRunRef.aio_result`."""
        return await self.get_run_ref(run_id).aio_result()

    def get_run_ref(self, workflow_run_id: str) -> WorkflowRunRef:
        """A reference to a run that was started elsewhere."""
        return WorkflowRunRef(workflow_run_id, self._gateway)

    def subscribe_to_stream(self, workflow_run_id: str) -> ChunkStream:
        """The chunks that the tasks of a run send from now on, until it ends.

        `async for chunk in hatchet.runs.subscribe_to_stream(run_id)`, or `for` in sync code. Listen before the task
        sends: chunks of before are not repeated.
        """
        return ChunkStream.of_run(self._gateway, workflow_run_id)

    async def aio_list(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        only_tasks: bool = False,
        offset: int | None = None,
        limit: int | None = None,
        statuses: Sequence[V1TaskStatus] | None = None,
        additional_metadata: Mapping[str, str] | None = None,
        workflow_ids: Sequence[str] | None = None,
        worker_id: str | None = None,
        parent_task_external_id: str | None = None,
        triggering_event_external_id: str | None = None,
        include_payloads: bool = True,
    ) -> V1TaskSummaryList:
        """Runs by the time of their creation, newest first (API: `v1-workflow-run:list`).

        Args:
            since: aware time; default: a day ago.
            until: aware time; default: now.
            only_tasks: task runs instead of workflow runs.
            additional_metadata: several pairs match a run that has any of them.
        """
        operation = api.runs.list.build(
            self._tenant,
            since=since or datetime.now(timezone.utc) - DEFAULT_PAST,
            until=until,
            only_tasks=only_tasks,
            offset=offset,
            limit=limit,
            statuses=statuses,
            additional_metadata=pairs(additional_metadata),
            workflow_ids=workflow_ids,
            worker_id=worker_id,
            parent_task_external_id=parent_task_external_id,
            triggering_event_external_id=triggering_event_external_id,
            include_payloads=include_payloads,
        )
        return await self._rest.send(operation)

    async def aio_cancel(self, run_id: str) -> None:
        """Cancel a run or task run that has not ended (API: `CancelTasks`)."""
        await self.io.run(self._gateway.cancel([run_id]))

    async def aio_replay(self, run_id: str) -> None:
        """Run a finished run or task run again, under its own id (API: `ReplayTasks`)."""
        await self.io.run(self._gateway.replay([run_id]))

    get: Final = blocking(aio_get)
    get_status: Final = blocking(aio_get_status)
    get_task_run: Final = blocking(aio_get_task_run)
    get_details: Final = blocking(aio_get_details)
    get_result: Final = blocking(aio_get_result)
    list: Final = blocking(aio_list)
    cancel: Final = blocking(aio_cancel)
    replay: Final = blocking(aio_replay)

"""`hatchet.runs`: what became of runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload
from uuid import UUID

from typing_extensions import Unpack

from hatchet.errors import RunError
from hatchet.features.bodies import document, input_document
from hatchet.features.durable_logs import DurableLogs
from hatchet.features.pages import PAGE_SIZE, Items, check_page, newest_first
from hatchet.features.rest import id_of, listed
from hatchet.features.run_changes import CANCEL, CHUNK, REPLAY, RunChanges, RunsChanged
from hatchet.features.run_filters import (
    BulkCancelReplayOpts,
    RunFilter,
    RunFilterOptions,
    RunListFilter,
    RunListOptions,
)
from hatchet.features.run_pictures import RunPictures
from hatchet.options.signatures import takes
from hatchet.options.values import check_priority
from hatchet.runs.ref import WorkflowRunRef
from hatchet.runs.results import WorkflowResult, all_of, outputs_of
from hatchet.runs.stream import ChunkStream, chunks_of
from hatchet.transport.io_loop import blocking
from hatchet.wire.values import RunDetails
from hatchet.wire.versions import RUN_COUNTS, is_older
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import (
        V1TaskStatus,
        V1TaskSummary,
        V1TaskSummaryList,
        V1WorkflowRunDetails,
    )
    from hatchet_api.rest.runtime import Operation

T = TypeVar("T")


class RunsClient(RunChanges, RunPictures, DurableLogs):
    """Runs of the tenant."""

    async def aio_get(self, workflow_run_id: str | UUID) -> V1WorkflowRunDetails:
        """A run with its tasks, events and shape (API: `v1-workflow-run:get`).

        Args:
            workflow_run_id: the run; for a standalone task the task run, too.

        Raises:
            NotFound: it does not exist, or another program has just started it and the engine does not show it yet.
        """
        run_id = id_of(workflow_run_id, "workflow_run_id")
        return await self._send_of(run_id, api.runs.get.build(run_id))

    async def aio_get_status(self, workflow_run_id: str | UUID) -> V1TaskStatus:
        """Where a run is (API: `v1-workflow-run:get:status`).

        Args:
            workflow_run_id: the run; for a standalone task the task run, too.

        Raises:
            NotFound: it does not exist, or another program has just started it and the engine does not show it yet.
        """
        run_id = id_of(workflow_run_id, "workflow_run_id")
        return await self._send_of(run_id, api.runs.get_status.build(run_id))

    async def aio_get_task_run(self, task_run_id: str | UUID) -> V1TaskSummary:
        """One task run, as its last attempt stands (API: `v1-task:get`).

        Args:
            task_run_id: the task run; for a standalone task the run's id.

        Raises:
            NotFound: it does not exist, or another program has just started it and the engine does not show it yet.
        """
        run_id = id_of(task_run_id, "task_run_id")
        return await self._send_of(run_id, api.tasks.get.build(run_id))

    async def aio_get_details(self, external_id: str | UUID) -> RunDetails:
        """A run as the engine itself sees it, without the delay of the REST API (API: `GetRunDetails`).

        Args:
            external_id: the run.

        Raises:
            NotFound: it does not exist.
        """
        return await self._call(
            self._gateway.run_details(id_of(external_id, "external_id")), f"details of {external_id}"
        )

    async def aio_get_result(self, run_id: str | UUID) -> WorkflowResult:
        """Wait for a run to end; the outputs of its tasks (API: `SubscribeToWorkflowRuns`).

        `with_options(timeout=…)` limits the wait. Raises as `WorkflowRunRef.aio_result`.

        Args:
            run_id: the run.
        """
        return await self.get_run_ref(run_id).aio_result(self._timeout)

    def get_run_ref(self, workflow_run_id: str | UUID) -> WorkflowRunRef:
        """A reference to a run that was started elsewhere."""
        return WorkflowRunRef(workflow_run_id, self._gateway)

    @overload
    def subscribe_to_stream(self, workflow_run_id: str | UUID) -> ChunkStream: ...
    @overload
    def subscribe_to_stream(self, workflow_run_id: str | UUID, chunk_type: type[T]) -> ChunkStream[T]: ...
    def subscribe_to_stream(self, workflow_run_id: str | UUID, chunk_type: Any = None) -> Any:
        """The chunks that the tasks of a run send from now on, until it ends.

        `async for chunk in hatchet.runs.subscribe_to_stream(run_id)`, or `for` in sync code. Listen before the task
        sends: chunks of before are not repeated.

        Args:
            chunk_type: type of the chunks. Default: text.
        """
        return chunks_of(self._gateway, str(workflow_run_id), chunk_type)

    # -- many

    @takes(RunListFilter)
    async def aio_list(
        self,
        *,
        offset: int | None = None,
        limit: int | None = None,
        include_payloads: bool = True,
        **filters: Unpack[RunListOptions],
    ) -> V1TaskSummaryList:
        """A page of runs by the time of their creation, newest first (API: `v1-workflow-run:list`).

        Args:
            offset: runs to leave out.
            limit: runs on the page; the engine's default is 50.
            include_payloads: with inputs and outputs.

        Raises:
            InputError: a time without a time zone, or a limit below 1.
        """
        check_page(offset, limit)
        return await self._send(self._list(RunListFilter(**filters), offset, limit, include_payloads))

    def _list(
        self, chosen: RunListFilter, offset: int | None, limit: int | None, include_payloads: bool
    ) -> Operation[V1TaskSummaryList]:
        query = chosen.query()
        return api.runs.list.build(self._tenant, offset=offset, limit=limit, include_payloads=include_payloads, **query)

    @takes(RunListFilter)
    def iterate(
        self, *, page_size: int = PAGE_SIZE, include_payloads: bool = False, **filters: Unpack[RunListOptions]
    ) -> Items[V1TaskSummary]:
        """All runs, newest first, for `for` and `async for`: asked for page by page (API: `v1-workflow-run:list`).

        Runs that start meanwhile are left out, so that every run comes once.

        Args:
            page_size: runs that are asked for at once.
            include_payloads: with inputs and outputs.
        """
        return self._iterate(RunListFilter(**filters), page_size, include_payloads, 0)

    def _iterate(
        self, given: RunListFilter, page_size: int, include_payloads: bool, start: int
    ) -> Items[V1TaskSummary]:
        chosen = given.settled()

        async def fetch(until: datetime | None, offset: int, limit: int) -> Iterator[V1TaskSummary]:
            before = chosen if until is None else replace(chosen, until=until)
            page = self._list(before, offset, limit, include_payloads)
            return await self._send_by_row(page, models.V1TaskSummary)

        return newest_first(
            self.io, fetch, lambda run: (run.metadata.created_at, run.metadata.id), page_size=page_size, start=start
        )

    @takes(RunListFilter)
    async def aio_list_with_pagination(
        self,
        *,
        offset: int | None = None,
        limit: int | None = None,
        include_payloads: bool = True,
        **filters: Unpack[RunListOptions],
    ) -> Sequence[V1TaskSummary]:
        """All runs at once; `iterate` holds no more than a page of them (API: `v1-workflow-run:list`).

        Args:
            offset: runs to leave out, of all.
            limit: runs at most, of all; default: as many as there are.
            include_payloads: with inputs and outputs.
        """
        check_page(offset, limit)
        page_size = PAGE_SIZE if limit is None else min(limit, PAGE_SIZE)
        runs = self._iterate(RunListFilter(**filters), page_size, include_payloads, offset or 0)
        found: list[V1TaskSummary] = []
        async for run in runs:
            found.append(run)
            if len(found) == limit:
                break
        return found

    @takes(RunListFilter)
    async def aio_count(self, **filters: Unpack[RunListOptions]) -> int:
        """How many runs there are; counting stops at 20,000 (API: `v1-workflow-run:count`).

        An engine older than v0.111.0 counts no runs; there it is the number of pages of one run each that it lists.
        """
        chosen = RunListFilter(**filters)
        query = chosen.query()  # what is wrong with it is said before the engine is asked for anything
        if is_older(await self._call(self._gateway.engine_version(), "version of the engine"), RUN_COUNTS):
            return (await self._send(self._list(chosen, None, 1, False))).pagination.num_pages or 0
        return (await self._send(api.runs.get_count.build(self._tenant, **query))).count

    # -- what can be done with them

    async def aio_create(
        self,
        workflow_name: str,
        input: Mapping[str, Any],  # Any: JSON of a shape that only the workflow knows
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> V1WorkflowRunDetails:
        """Start a run by the workflow's name, and wait until it can be seen (API: `v1-workflow-run:create`).

        Args:
            workflow_name: the workflow; the namespace is added.
            input: input of the run.
            additional_metadata: metadata of the run.
            priority: 1 to 3; default: that of the workflow.

        Raises:
            InputError: the input is not a JSON object; nothing was sent.
            InvalidRequest: there is no such workflow. The real engine answers with `ServerError`.
        """
        if priority is not None:
            check_priority(priority, "priority")
        body = models.V1TriggerWorkflowRunRequest(
            workflow_name=self._rest.config.apply_namespace(workflow_name),
            input=input_document(input),
            additional_metadata=document(additional_metadata or {}, "additional_metadata"),
            priority=priority,
        )
        return await self._send(api.runs.create.build(self._tenant, body))

    async def aio_cancel(self, run_id: str | UUID) -> None:
        """Cancel a run or task run that has not ended; others stay as they are (API: `CancelTasks`).

        Args:
            run_id: the run or task run.
        """
        await self._call(self._gateway.cancel([id_of(run_id, "run_id")]), f"cancel {run_id}")

    async def aio_replay(self, run_id: str | UUID) -> None:
        """Run a finished run or task run again, under its own id (API: `ReplayTasks`).

        Args:
            run_id: the run or task run.
        """
        await self._call(self._gateway.replay([id_of(run_id, "run_id")]), f"replay {run_id}")

    async def aio_restore(self, task_run_id: str | UUID) -> bool:
        """Bring an evicted durable task back; whether it was queued (API: `v1-task:restore`).

        Args:
            task_run_id: the task run; for a standalone task the run's id.

        Raises:
            NotFound: it does not exist.
        """
        run_id = id_of(task_run_id, "task_run_id")
        return (await self._send_of(run_id, api.tasks.restore.build(run_id))).requeued

    async def aio_bulk_cancel(self, opts: BulkCancelReplayOpts) -> RunsChanged:
        """Cancel many runs, 500 in a call; which the engine cancels (API: `v1-task:cancel`).

        Args:
            opts: which, by ids or by a filter, whose default is those that have not ended.

        Raises:
            InputError: something that is not an id; nothing was sent.
            ApiError: a call failed; `.progress` says what those before it have done.
        """
        return await self._change(CANCEL, opts)

    async def aio_bulk_replay(self, opts: BulkCancelReplayOpts) -> RunsChanged:
        """Run many finished runs again, 100 in a call; which tasks that makes (API: `v1-task:replay`).

        Args:
            opts: which, by ids or by a filter, whose default is those that failed or were cancelled.

        Raises:
            InputError: something that is not an id; nothing was sent.
            ApiError: a call failed; `.progress` says what those before it have done.
        """
        return await self._change(REPLAY, opts)

    @takes(RunFilter)
    async def aio_bulk_cancel_by_filters_with_pagination(
        self, *, sleep_time: float = 0, chunk_size: int = CHUNK, **filters: Unpack[RunFilterOptions]
    ) -> RunsChanged:
        """Cancel all runs of a filter, by default those that have not ended; which (API: `v1-task:cancel`).

        Args:
            sleep_time: seconds between two chunks, to spare an engine that is busy.
            chunk_size: runs in one request.
        """
        opts = BulkCancelReplayOpts(filters=RunFilter(**filters))
        return await self._change(CANCEL, opts, chunk_size, sleep_time)

    @takes(RunFilter)
    async def aio_bulk_replay_by_filters_with_pagination(
        self, *, sleep_time: float = 0, chunk_size: int = CHUNK, **filters: Unpack[RunFilterOptions]
    ) -> RunsChanged:
        """Run all runs of a filter again, by default failed and cancelled ones; which tasks (API: `v1-task:replay`).

        Args:
            sleep_time: seconds between two chunks, to spare an engine that is busy.
            chunk_size: runs in one request; 100 at most go together, and the next when the engine has begun with them.
        """
        opts = BulkCancelReplayOpts(filters=RunFilter(**filters))
        return await self._change(REPLAY, opts, chunk_size, sleep_time)

    async def aio_wait_for(self, run_ids: Sequence[str | UUID]) -> Sequence[WorkflowResult | RunError]:
        """Wait until all runs have ended; how, in the order of the ids (API: `SubscribeToWorkflowRuns`).

        With `with_options(timeout=…)`, runs that have not ended by then give `ResultTimeout`.

        Args:
            run_ids: the runs.

        Raises:
            InputError: one text in place of a list.
        """

        async def ended(run_id: str) -> WorkflowResult | RunError:
            try:
                return WorkflowResult(await outputs_of(self._gateway, run_id, self._timeout), run_id)
            except RunError as error:
                return error

        async def all_ended() -> Sequence[WorkflowResult | RunError]:
            return await all_of(ended(str(run_id)) for run_id in listed(run_ids, "run_ids"))

        return await self.io.run(all_ended())

    get: Final = blocking(aio_get)
    get_status: Final = blocking(aio_get_status)
    get_task_run: Final = blocking(aio_get_task_run)
    get_details: Final = blocking(aio_get_details)
    get_result: Final = blocking(aio_get_result)
    list: Final = blocking(aio_list)
    list_with_pagination: Final = blocking(aio_list_with_pagination)
    count: Final = blocking(aio_count)
    create: Final = blocking(aio_create)
    cancel: Final = blocking(aio_cancel)
    replay: Final = blocking(aio_replay)
    restore: Final = blocking(aio_restore)
    bulk_cancel: Final = blocking(aio_bulk_cancel)
    bulk_replay: Final = blocking(aio_bulk_replay)
    bulk_cancel_by_filters_with_pagination: Final = blocking(aio_bulk_cancel_by_filters_with_pagination)
    bulk_replay_by_filters_with_pagination: Final = blocking(aio_bulk_replay_by_filters_with_pagination)
    wait_for: Final = blocking(aio_wait_for)

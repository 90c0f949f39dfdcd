"""`hatchet.scheduled`: runs that start at a given time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from typing_extensions import Unpack

from hatchet._dataclasses import dataclass
from hatchet.errors import ApiError, BulkProgress, InputError
from hatchet.features.bodies import document, input_document
from hatchet.features.pages import PAGE_SIZE, Items, by_offset, check_page
from hatchet.features.rest import GatewayFeature, id_of, id_or_none, ids, pairs, words
from hatchet.features.trigger_filters import (
    TriggerFilter,
    TriggerFilterOptions,
    TriggerOrder,
    TriggerOrderOptions,
)
from hatchet.options.moments import in_utc
from hatchet.options.signatures import takes
from hatchet.options.values import check_priority
from hatchet.runs.ref import WorkflowRunRef
from hatchet.transport.io_loop import blocking
from hatchet.transport.progress import half_done
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import (
        ScheduledRunStatus,
        ScheduledWorkflows,
        ScheduledWorkflowsBulkDeleteResponse,
        ScheduledWorkflowsBulkUpdateItem,
        ScheduledWorkflowsBulkUpdateResponse,
        ScheduledWorkflowsList,
        ScheduledWorkflowsOrderByField,
    )

MOST_AT_ONCE: Final = 500  # scheduled runs that the engine deletes or moves in one call


class ScheduledFilterOptions(TriggerFilterOptions, total=False):
    """What every choice of scheduled runs takes."""

    parent_workflow_run_id: str | UUID | None
    """Made by this run."""
    parent_step_run_id: str | UUID | None
    """Made by this task run."""
    statuses: Sequence[ScheduledRunStatus] | None
    """In any of these states; default: all."""


class ScheduledListOptions(ScheduledFilterOptions, TriggerOrderOptions, total=False):
    """What a list of scheduled runs takes besides."""

    order_by_field: ScheduledWorkflowsOrderByField | Literal["triggerAt", "createdAt"] | None
    """Default: by the time at which they start."""


@dataclass(frozen=True, kw_only=True)
class ScheduledFilter(TriggerFilter):
    """Scheduled runs by what they are runs of, and what they carry."""

    parent_workflow_run_id: str | UUID | None = None
    parent_step_run_id: str | UUID | None = None
    statuses: Sequence[ScheduledRunStatus] | None = None

    def query(self) -> dict[str, Any]:
        """As parameters of the API."""
        return {
            **super().query(),
            "parent_workflow_run_id": id_or_none(self.parent_workflow_run_id, "parent_workflow_run_id"),
            "parent_step_run_id": id_or_none(self.parent_step_run_id, "parent_step_run_id"),
            "statuses": words(models.ScheduledRunStatus, self.statuses, "statuses"),
        }


@dataclass(frozen=True, kw_only=True)
class ScheduledListFilter(TriggerOrder, ScheduledFilter):
    """The same in an order."""

    order_by_field: ScheduledWorkflowsOrderByField | Literal["triggerAt", "createdAt"] | None = None

    def query(self) -> dict[str, Any]:
        """As parameters of the API."""
        return {**super().query(), **self.order_by(models.ScheduledWorkflowsOrderByField)}


class ScheduledClient(GatewayFeature):
    """Scheduled runs of the tenant's workflows."""

    async def aio_create(
        self,
        workflow_name: str,
        trigger_at: datetime,
        input: Mapping[str, Any],  # Any: JSON of a shape that only the workflow knows
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> ScheduledWorkflows:
        """Let a run start at a given time (API: `scheduled-workflow-run:create`).

        Args:
            workflow_name: the workflow; the namespace is added.
            trigger_at: an aware time; one that has passed starts the run at once.
            input: input of the run.
            additional_metadata: metadata of the run.
            priority: of the run, 1 to 3; default: the lowest.

        Raises:
            InputError: the time has no time zone, or the input is not a JSON object; nothing was sent.
            InvalidRequest: there is no such workflow.
        """
        if priority is not None:
            check_priority(priority, "priority")
        body = models.ScheduleWorkflowRunRequest(
            input=input_document(input),
            additional_metadata=document(additional_metadata or {}, "additional_metadata"),
            trigger_at=in_utc(trigger_at, "trigger_at"),
            priority=priority,
        )
        name = self._rest.config.apply_namespace(workflow_name)
        return await self._send(api.scheduled.create.build(self._tenant, name, body))

    @takes(ScheduledListFilter)
    async def aio_list(
        self, *, offset: int | None = None, limit: int | None = None, **filters: Unpack[ScheduledListOptions]
    ) -> ScheduledWorkflowsList:
        """A page of scheduled runs (API: `workflow-scheduled:list`).

        Args:
            offset: scheduled runs to leave out.
            limit: scheduled runs on the page; the engine's default is 50.
        """
        check_page(offset, limit)
        return await self._list(ScheduledListFilter(**filters), offset, limit)

    async def _list(self, chosen: ScheduledListFilter, offset: int | None, limit: int | None) -> ScheduledWorkflowsList:
        query = chosen.query()
        return await self._send(api.scheduled.list.build(self._tenant, offset=offset, limit=limit, **query))

    @takes(ScheduledListFilter)
    def iterate(
        self, *, page_size: int = PAGE_SIZE, **filters: Unpack[ScheduledListOptions]
    ) -> Items[ScheduledWorkflows]:
        """All scheduled runs, by default the oldest first, for `for` and `async for` (API: `workflow-scheduled:list`).

        Args:
            page_size: scheduled runs that are asked for at once.
        """
        return self._iterate(ScheduledListFilter(**filters), page_size)

    def _iterate(self, given: ScheduledListFilter, page_size: int) -> Items[ScheduledWorkflows]:
        chosen = given.or_oldest_first()

        async def fetch(offset: int, limit: int) -> Sequence[ScheduledWorkflows]:
            return (await self._list(chosen, offset, limit)).rows or ()

        return by_offset(self.io, fetch, lambda run: run.metadata.id, page_size=page_size)

    async def aio_get(self, scheduled_id: str | UUID) -> ScheduledWorkflows:
        """One scheduled run (API: `workflow-scheduled:get`).

        Args:
            scheduled_id: the scheduled run, by its id.

        Raises:
            NotFound: it does not exist, or has started.
        """
        return await self._send(api.scheduled.get.build(self._tenant, id_of(scheduled_id, "scheduled_id")))

    async def aio_update(self, scheduled_id: str | UUID, trigger_at: datetime) -> ScheduledWorkflows:
        """Let a scheduled run start at another time (API: `workflow-scheduled:update`).

        Args:
            scheduled_id: the scheduled run, by its id.
            trigger_at: an aware time; one that has passed starts the run at once.

        Raises:
            InputError: the time has no time zone; nothing was sent.
            NotFound: it does not exist, or has started.
        """
        body = models.UpdateScheduledWorkflowRunRequest(trigger_at=in_utc(trigger_at, "trigger_at"))
        return await self._send(api.scheduled.update.build(self._tenant, id_of(scheduled_id, "scheduled_id"), body))

    async def aio_trigger(self, scheduled_id: str | UUID) -> WorkflowRunRef:
        """Start a scheduled run now, in place of its time (API: `workflow-scheduled:trigger`).

        Args:
            scheduled_id: the scheduled run, by its id.

        Raises:
            NotFound: it does not exist, or has started.
        """
        started = await self._send(api.scheduled.trigger.build(self._tenant, id_of(scheduled_id, "scheduled_id")))
        self._rest.recent.add((started.external_id,))
        return WorkflowRunRef(started.external_id, self._gateway)

    async def aio_delete(self, scheduled_id: str | UUID) -> None:
        """Delete a scheduled run (API: `workflow-scheduled:delete`).

        Args:
            scheduled_id: the scheduled run, by its id.

        Raises:
            NotFound: it does not exist, or has started.
        """
        await self._delete(api.scheduled.delete.build(self._tenant, id_of(scheduled_id, "scheduled_id")))

    @takes(ScheduledFilter)
    async def aio_bulk_delete(
        self, *, scheduled_ids: Sequence[str | UUID] | None = None, **filters: Unpack[ScheduledFilterOptions]
    ) -> ScheduledWorkflowsBulkDeleteResponse:
        """Delete many scheduled runs, by id or by filter; which, and why others were left (API:
        `workflow-scheduled:bulk-delete`).

        Args:
            scheduled_ids: 1 to 500 of them, in place of a filter.

        Raises:
            InputError: ids and a filter, or neither.
        """
        chosen = ScheduledFilter(**filters)
        is_filtered = chosen != ScheduledFilter()
        if (scheduled_ids is not None) == is_filtered:
            raise InputError("bulk_delete takes either scheduled_ids or a filter; without both it would delete all")
        if scheduled_ids is not None:
            _check_size(scheduled_ids, "scheduled_ids")
            return await self._delete_ids(scheduled_ids)
        if chosen.statuses is not None:
            return await self._delete_listed(chosen)
        condition = models.ScheduledWorkflowsBulkDeleteFilter(
            workflow_id=id_or_none(chosen.workflow_id, "workflow_id"),
            parent_workflow_run_id=id_or_none(chosen.parent_workflow_run_id, "parent_workflow_run_id"),
            parent_step_run_id=id_or_none(chosen.parent_step_run_id, "parent_step_run_id"),
            additional_metadata=pairs(chosen.additional_metadata, one_colon=True),
        )
        body = models.ScheduledWorkflowsBulkDeleteRequest(filter=condition)
        return await self._send(api.scheduled.bulk_delete.build(self._tenant, body))

    async def _delete_ids(self, scheduled_ids: Sequence[str | UUID]) -> ScheduledWorkflowsBulkDeleteResponse:
        body = models.ScheduledWorkflowsBulkDeleteRequest(
            scheduled_workflow_run_ids=ids(scheduled_ids, "scheduled_ids")
        )
        return await self._send(api.scheduled.bulk_delete.build(self._tenant, body))

    async def _delete_listed(self, chosen: ScheduledFilter) -> ScheduledWorkflowsBulkDeleteResponse:
        """By their states, which only the list can choose by."""
        found = [row.metadata.id async for row in self._iterate(ScheduledListFilter(**vars(chosen)), PAGE_SIZE)]
        gone, left = list[Any](), list[Any]()
        for start in range(0, len(found), MOST_AT_ONCE):
            asking = found[start : start + MOST_AT_ONCE]
            try:
                done = await self._delete_ids(asking)
            except ApiError as error:
                uncertain = len(asking) if error.sent else 0
                progress = BulkProgress(len(found), tuple(gone), uncertain=uncertain)
                half_done(error, progress, "scheduled runs were deleted")
                raise
            gone += done.deleted_ids
            left += done.errors
        return models.ScheduledWorkflowsBulkDeleteResponse(deleted_ids=gone, errors=left)

    async def aio_bulk_update(
        self, updates: Sequence[ScheduledWorkflowsBulkUpdateItem] | Sequence[tuple[str, datetime]]
    ) -> ScheduledWorkflowsBulkUpdateResponse:
        """Let many scheduled runs start at other times; which, and why others were left (API:
        `workflow-scheduled:bulk-update`).

        Args:
            updates: ids with aware times, 1 to 500 of them.
        """
        _check_size(updates, "updates")
        items = [
            models.ScheduledWorkflowsBulkUpdateItem(
                id=id_of(scheduled_id, "updates"), trigger_at=in_utc(trigger_at, "updates")
            )
            for scheduled_id, trigger_at in (
                each if isinstance(each, tuple) else (each.id, each.trigger_at) for each in updates
            )
        ]
        body = models.ScheduledWorkflowsBulkUpdateRequest(updates=items)
        return await self._send(api.scheduled.bulk_update.build(self._tenant, body))

    create: Final = blocking(aio_create)
    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    update: Final = blocking(aio_update)
    trigger: Final = blocking(aio_trigger)
    delete: Final = blocking(aio_delete)
    bulk_delete: Final = blocking(aio_bulk_delete)
    bulk_update: Final = blocking(aio_bulk_update)


def _check_size(items: Sequence[object], name: str) -> None:
    if not 1 <= len(items) <= MOST_AT_ONCE:
        raise InputError(f"{name} has {len(items)} entries; one call takes 1 to {MOST_AT_ONCE}")

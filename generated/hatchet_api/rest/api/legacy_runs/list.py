# Generated from specs/ by `python -m codegen`; do not edit.
"""List runs of the older generation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow_kind import WorkflowKind
from ...models.workflow_run import WorkflowRun
from ...models.workflow_run_list import WorkflowRunList
from ...models.workflow_run_order_by_direction import WorkflowRunOrderByDirection
from ...models.workflow_run_order_by_field import WorkflowRunOrderByField
from ...models.workflow_run_status import WorkflowRunStatus

_ANSWERS: Mapping[int, runtime.Reader[WorkflowRunList]] = {
    200: runtime.Json[WorkflowRunList](WorkflowRunList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    event_id: UUID | str | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    kinds: Sequence[WorkflowKind] | None = None,
    additional_metadata: Sequence[str] | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    finished_after: datetime | None = None,
    finished_before: datetime | None = None,
    order_by_field: WorkflowRunOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
) -> runtime.Operation[WorkflowRunList]:
    """List runs of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        event_id: Only runs that this event triggered.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only rows whose parent is this run.
        parent_step_run_id: Only rows whose parent is this step run.
        statuses: Only rows in one of these statuses; all when left out.
        kinds: Only runs of workflows of one of these kinds.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        created_after: Only what was created after this time.
        created_before: Only what was created before this time.
        finished_after: Only what finished after this time.
        finished_before: Only what finished before this time.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
    """
    return runtime.Operation(
        name="workflow-run:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/runs",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("eventId", event_id),
            ("workflowId", workflow_id),
            ("parentWorkflowRunId", parent_workflow_run_id),
            ("parentStepRunId", parent_step_run_id),
            ("statuses", statuses),
            ("kinds", kinds),
            ("additionalMetadata", additional_metadata),
            ("createdAfter", created_after),
            ("createdBefore", created_before),
            ("finishedAfter", finished_after),
            ("finishedBefore", finished_before),
            ("orderByField", order_by_field),
            ("orderByDirection", order_by_direction),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    event_id: UUID | str | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    kinds: Sequence[WorkflowKind] | None = None,
    additional_metadata: Sequence[str] | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    finished_after: datetime | None = None,
    finished_before: datetime | None = None,
    order_by_field: WorkflowRunOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowRunList:
    """List runs of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        event_id: Only runs that this event triggered.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only rows whose parent is this run.
        parent_step_run_id: Only rows whose parent is this step run.
        statuses: Only rows in one of these statuses; all when left out.
        kinds: Only runs of workflows of one of these kinds.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        created_after: Only what was created after this time.
        created_before: Only what was created before this time.
        finished_after: Only what finished after this time.
        finished_before: Only what finished before this time.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        event_id=event_id,
        workflow_id=workflow_id,
        parent_workflow_run_id=parent_workflow_run_id,
        parent_step_run_id=parent_step_run_id,
        statuses=statuses,
        kinds=kinds,
        additional_metadata=additional_metadata,
        created_after=created_after,
        created_before=created_before,
        finished_after=finished_after,
        finished_before=finished_before,
        order_by_field=order_by_field,
        order_by_direction=order_by_direction,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    event_id: UUID | str | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    kinds: Sequence[WorkflowKind] | None = None,
    additional_metadata: Sequence[str] | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    finished_after: datetime | None = None,
    finished_before: datetime | None = None,
    order_by_field: WorkflowRunOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowRunList:
    """List runs of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        event_id: Only runs that this event triggered.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only rows whose parent is this run.
        parent_step_run_id: Only rows whose parent is this step run.
        statuses: Only rows in one of these statuses; all when left out.
        kinds: Only runs of workflows of one of these kinds.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        created_after: Only what was created after this time.
        created_before: Only what was created before this time.
        finished_after: Only what finished after this time.
        finished_before: Only what finished before this time.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        event_id=event_id,
        workflow_id=workflow_id,
        parent_workflow_run_id=parent_workflow_run_id,
        parent_step_run_id=parent_step_run_id,
        statuses=statuses,
        kinds=kinds,
        additional_metadata=additional_metadata,
        created_after=created_after,
        created_before=created_before,
        finished_after=finished_after,
        finished_before=finished_before,
        order_by_field=order_by_field,
        order_by_direction=order_by_direction,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    event_id: UUID | str | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    kinds: Sequence[WorkflowKind] | None = None,
    additional_metadata: Sequence[str] | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    finished_after: datetime | None = None,
    finished_before: datetime | None = None,
    order_by_field: WorkflowRunOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[WorkflowRun]:
    """List runs of the older generation. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        event_id: Only runs that this event triggered.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only rows whose parent is this run.
        parent_step_run_id: Only rows whose parent is this step run.
        statuses: Only rows in one of these statuses; all when left out.
        kinds: Only runs of workflows of one of these kinds.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        created_after: Only what was created after this time.
        created_before: Only what was created before this time.
        finished_after: Only what finished after this time.
        finished_before: Only what finished before this time.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[WorkflowRunList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            event_id=event_id,
            workflow_id=workflow_id,
            parent_workflow_run_id=parent_workflow_run_id,
            parent_step_run_id=parent_step_run_id,
            statuses=statuses,
            kinds=kinds,
            additional_metadata=additional_metadata,
            created_after=created_after,
            created_before=created_before,
            finished_after=finished_after,
            finished_before=finished_before,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    event_id: UUID | str | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    kinds: Sequence[WorkflowKind] | None = None,
    additional_metadata: Sequence[str] | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    finished_after: datetime | None = None,
    finished_before: datetime | None = None,
    order_by_field: WorkflowRunOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[WorkflowRun]:
    """List runs of the older generation. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        event_id: Only runs that this event triggered.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only rows whose parent is this run.
        parent_step_run_id: Only rows whose parent is this step run.
        statuses: Only rows in one of these statuses; all when left out.
        kinds: Only runs of workflows of one of these kinds.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        created_after: Only what was created after this time.
        created_before: Only what was created before this time.
        finished_after: Only what finished after this time.
        finished_before: Only what finished before this time.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[WorkflowRunList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            event_id=event_id,
            workflow_id=workflow_id,
            parent_workflow_run_id=parent_workflow_run_id,
            parent_step_run_id=parent_step_run_id,
            statuses=statuses,
            kinds=kinds,
            additional_metadata=additional_metadata,
            created_after=created_after,
            created_before=created_before,
            finished_after=finished_after,
            finished_before=finished_before,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: WorkflowRunList) -> runtime.Page[WorkflowRun]:
    return runtime.Page(answer.rows or (), answer.pagination)

# Generated from specs/ by `python -m codegen`; do not edit.
"""List scheduled runs, latest trigger time first unless asked otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.scheduled_run_status import ScheduledRunStatus
from ...models.scheduled_workflows import ScheduledWorkflows
from ...models.scheduled_workflows_list import ScheduledWorkflowsList
from ...models.scheduled_workflows_order_by_field import ScheduledWorkflowsOrderByField
from ...models.workflow_run_order_by_direction import WorkflowRunOrderByDirection

_ANSWERS: Mapping[int, runtime.Reader[ScheduledWorkflowsList]] = {
    200: runtime.Json[ScheduledWorkflowsList](ScheduledWorkflowsList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    order_by_field: ScheduledWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    statuses: Sequence[ScheduledRunStatus] | None = None,
) -> runtime.Operation[ScheduledWorkflowsList]:
    """List scheduled runs, latest trigger time first unless asked otherwise.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only schedules made by this run. Some engines compare it with the id of the schedule
            itself.
        parent_step_run_id: Only rows whose parent is this step run.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        statuses: Only rows in one of these statuses; all when left out.
    """
    return runtime.Operation(
        name="workflow-scheduled:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/scheduled",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("orderByField", order_by_field),
            ("orderByDirection", order_by_direction),
            ("workflowId", workflow_id),
            ("parentWorkflowRunId", parent_workflow_run_id),
            ("parentStepRunId", parent_step_run_id),
            ("additionalMetadata", additional_metadata),
            ("statuses", statuses),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    order_by_field: ScheduledWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    statuses: Sequence[ScheduledRunStatus] | None = None,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflowsList:
    """List scheduled runs, latest trigger time first unless asked otherwise.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only schedules made by this run. Some engines compare it with the id of the schedule
            itself.
        parent_step_run_id: Only rows whose parent is this step run.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        statuses: Only rows in one of these statuses; all when left out.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        order_by_field=order_by_field,
        order_by_direction=order_by_direction,
        workflow_id=workflow_id,
        parent_workflow_run_id=parent_workflow_run_id,
        parent_step_run_id=parent_step_run_id,
        additional_metadata=additional_metadata,
        statuses=statuses,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    order_by_field: ScheduledWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    statuses: Sequence[ScheduledRunStatus] | None = None,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflowsList:
    """List scheduled runs, latest trigger time first unless asked otherwise.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only schedules made by this run. Some engines compare it with the id of the schedule
            itself.
        parent_step_run_id: Only rows whose parent is this step run.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        statuses: Only rows in one of these statuses; all when left out.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        order_by_field=order_by_field,
        order_by_direction=order_by_direction,
        workflow_id=workflow_id,
        parent_workflow_run_id=parent_workflow_run_id,
        parent_step_run_id=parent_step_run_id,
        additional_metadata=additional_metadata,
        statuses=statuses,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    order_by_field: ScheduledWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    statuses: Sequence[ScheduledRunStatus] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[ScheduledWorkflows]:
    """List scheduled runs, latest trigger time first unless asked otherwise. Go through all rows, asking for a
    page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only schedules made by this run. Some engines compare it with the id of the schedule
            itself.
        parent_step_run_id: Only rows whose parent is this step run.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        statuses: Only rows in one of these statuses; all when left out.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[ScheduledWorkflowsList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
            workflow_id=workflow_id,
            parent_workflow_run_id=parent_workflow_run_id,
            parent_step_run_id=parent_step_run_id,
            additional_metadata=additional_metadata,
            statuses=statuses,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    order_by_field: ScheduledWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    statuses: Sequence[ScheduledRunStatus] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[ScheduledWorkflows]:
    """List scheduled runs, latest trigger time first unless asked otherwise. Go through all rows, asking for a
    page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only schedules made by this run. Some engines compare it with the id of the schedule
            itself.
        parent_step_run_id: Only rows whose parent is this step run.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        statuses: Only rows in one of these statuses; all when left out.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[ScheduledWorkflowsList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
            workflow_id=workflow_id,
            parent_workflow_run_id=parent_workflow_run_id,
            parent_step_run_id=parent_step_run_id,
            additional_metadata=additional_metadata,
            statuses=statuses,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: ScheduledWorkflowsList) -> runtime.Page[ScheduledWorkflows]:
    return runtime.Page(answer.rows or (), answer.pagination)

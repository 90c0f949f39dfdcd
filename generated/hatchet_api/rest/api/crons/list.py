# Generated from specs/ by `python -m codegen`; do not edit.
"""List cron triggers, newest first unless asked otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.cron_workflows import CronWorkflows
from ...models.cron_workflows_list import CronWorkflowsList
from ...models.cron_workflows_order_by_field import CronWorkflowsOrderByField
from ...models.workflow_run_order_by_direction import WorkflowRunOrderByDirection

_ANSWERS: Mapping[int, runtime.Reader[CronWorkflowsList]] = {
    200: runtime.Json[CronWorkflowsList](CronWorkflowsList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    workflow_id: UUID | str | None = None,
    workflow_name: str | None = None,
    cron_name: str | None = None,
    additional_metadata: Sequence[str] | None = None,
    order_by_field: CronWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
) -> runtime.Operation[CronWorkflowsList]:
    """List cron triggers, newest first unless asked otherwise.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        workflow_id: Only rows of this workflow.
        workflow_name: Only cron triggers of the workflow with this name.
        cron_name: Only cron triggers with this name.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
    """
    return runtime.Operation(
        name="cron-workflow:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/crons",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("workflowId", workflow_id),
            ("workflowName", workflow_name),
            ("cronName", cron_name),
            ("additionalMetadata", additional_metadata),
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
    workflow_id: UUID | str | None = None,
    workflow_name: str | None = None,
    cron_name: str | None = None,
    additional_metadata: Sequence[str] | None = None,
    order_by_field: CronWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    timeout: runtime.Timeout = None,
) -> CronWorkflowsList:
    """List cron triggers, newest first unless asked otherwise.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        workflow_id: Only rows of this workflow.
        workflow_name: Only cron triggers of the workflow with this name.
        cron_name: Only cron triggers with this name.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        workflow_id=workflow_id,
        workflow_name=workflow_name,
        cron_name=cron_name,
        additional_metadata=additional_metadata,
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
    workflow_id: UUID | str | None = None,
    workflow_name: str | None = None,
    cron_name: str | None = None,
    additional_metadata: Sequence[str] | None = None,
    order_by_field: CronWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    timeout: runtime.Timeout = None,
) -> CronWorkflowsList:
    """List cron triggers, newest first unless asked otherwise.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        workflow_id: Only rows of this workflow.
        workflow_name: Only cron triggers of the workflow with this name.
        cron_name: Only cron triggers with this name.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        workflow_id=workflow_id,
        workflow_name=workflow_name,
        cron_name=cron_name,
        additional_metadata=additional_metadata,
        order_by_field=order_by_field,
        order_by_direction=order_by_direction,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    workflow_id: UUID | str | None = None,
    workflow_name: str | None = None,
    cron_name: str | None = None,
    additional_metadata: Sequence[str] | None = None,
    order_by_field: CronWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[CronWorkflows]:
    """List cron triggers, newest first unless asked otherwise. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_id: Only rows of this workflow.
        workflow_name: Only cron triggers of the workflow with this name.
        cron_name: Only cron triggers with this name.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[CronWorkflowsList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            workflow_id=workflow_id,
            workflow_name=workflow_name,
            cron_name=cron_name,
            additional_metadata=additional_metadata,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    workflow_id: UUID | str | None = None,
    workflow_name: str | None = None,
    cron_name: str | None = None,
    additional_metadata: Sequence[str] | None = None,
    order_by_field: CronWorkflowsOrderByField | None = None,
    order_by_direction: WorkflowRunOrderByDirection | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[CronWorkflows]:
    """List cron triggers, newest first unless asked otherwise. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_id: Only rows of this workflow.
        workflow_name: Only cron triggers of the workflow with this name.
        cron_name: Only cron triggers with this name.
        additional_metadata: Only rows with this metadata, as `key:value` pairs with exactly one colon each.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[CronWorkflowsList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            workflow_id=workflow_id,
            workflow_name=workflow_name,
            cron_name=cron_name,
            additional_metadata=additional_metadata,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: CronWorkflowsList) -> runtime.Page[CronWorkflows]:
    return runtime.Page(answer.rows or (), answer.pagination)

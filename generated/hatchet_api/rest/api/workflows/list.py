# Generated from specs/ by `python -m codegen`; do not edit.
"""List the workflows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow import Workflow
from ...models.workflow_list import WorkflowList

_ANSWERS: Mapping[int, runtime.Reader[WorkflowList]] = {
    200: runtime.Json[WorkflowList](WorkflowList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    name: str | None = None,
) -> runtime.Operation[WorkflowList]:
    """List the workflows. A name matches as a case-insensitive part of the workflow's name, so the first row need
    not be the workflow that was meant.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; 50 when left out.
        name: Only workflows whose name contains this text, in any case of letters.
    """
    return runtime.Operation(
        name="workflow:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("name", name),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    name: str | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowList:
    """List the workflows. A name matches as a case-insensitive part of the workflow's name, so the first row need
    not be the workflow that was meant.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; 50 when left out.
        name: Only workflows whose name contains this text, in any case of letters.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        name=name,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    name: str | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowList:
    """List the workflows. A name matches as a case-insensitive part of the workflow's name, so the first row need
    not be the workflow that was meant.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; 50 when left out.
        name: Only workflows whose name contains this text, in any case of letters.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        name=name,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    name: str | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[Workflow]:
    """List the workflows. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        name: Only workflows whose name contains this text, in any case of letters.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[WorkflowList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            name=name,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    name: str | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[Workflow]:
    """List the workflows. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        name: Only workflows whose name contains this text, in any case of letters.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[WorkflowList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            name=name,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: WorkflowList) -> runtime.Page[Workflow]:
    return runtime.Page(answer.rows or (), answer.pagination)

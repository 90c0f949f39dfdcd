# Generated from specs/ by `python -m codegen`; do not edit.
"""List event filters, up to 20000 when no limit is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_filter import V1Filter
from ...models.v1_filter_list import V1FilterList

_ANSWERS: Mapping[int, runtime.Reader[V1FilterList]] = {
    200: runtime.Json[V1FilterList](V1FilterList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    scopes: Sequence[str] | None = None,
) -> runtime.Operation[V1FilterList]:
    """List event filters, up to 20000 when no limit is sent.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return: 20000 when left out.
        workflow_ids: Only rows of these workflows.
        scopes: Only rows with one of these scopes.
    """
    return runtime.Operation(
        name="v1-filter:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/filters",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("workflowIds", workflow_ids),
            ("scopes", scopes),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    scopes: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1FilterList:
    """List event filters, up to 20000 when no limit is sent.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return: 20000 when left out.
        workflow_ids: Only rows of these workflows.
        scopes: Only rows with one of these scopes.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        workflow_ids=workflow_ids,
        scopes=scopes,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    scopes: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1FilterList:
    """List event filters, up to 20000 when no limit is sent.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return: 20000 when left out.
        workflow_ids: Only rows of these workflows.
        scopes: Only rows with one of these scopes.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        workflow_ids=workflow_ids,
        scopes=scopes,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    workflow_ids: Sequence[UUID | str] | None = None,
    scopes: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[V1Filter]:
    """List event filters, up to 20000 when no limit is sent. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_ids: Only rows of these workflows.
        scopes: Only rows with one of these scopes.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1FilterList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            workflow_ids=workflow_ids,
            scopes=scopes,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    workflow_ids: Sequence[UUID | str] | None = None,
    scopes: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[V1Filter]:
    """List event filters, up to 20000 when no limit is sent. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_ids: Only rows of these workflows.
        scopes: Only rows with one of these scopes.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1FilterList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            workflow_ids=workflow_ids,
            scopes=scopes,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: V1FilterList) -> runtime.Page[V1Filter]:
    return runtime.Page(answer.rows or (), answer.pagination)

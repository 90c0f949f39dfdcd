# Generated from specs/ by `python -m codegen`; do not edit.
"""List the HTTP operators: endpoints that the engine calls in place of a worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_http_operator import V1HTTPOperator
from ...models.v1_http_operator_list import V1HTTPOperatorList

_ANSWERS: Mapping[int, runtime.Reader[V1HTTPOperatorList]] = {
    200: runtime.Json[V1HTTPOperatorList](V1HTTPOperatorList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
) -> runtime.Operation[V1HTTPOperatorList]:
    """List the HTTP operators: endpoints that the engine calls in place of a worker. Newer engines offer
    serverless endpoints instead.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    return runtime.Operation(
        name="v1-http-operator:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/operators/http",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1HTTPOperatorList:
    """List the HTTP operators: endpoints that the engine calls in place of a worker. Newer engines offer
    serverless endpoints instead.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1HTTPOperatorList:
    """List the HTTP operators: endpoints that the engine calls in place of a worker. Newer engines offer
    serverless endpoints instead.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[V1HTTPOperator]:
    """List the HTTP operators: endpoints that the engine calls in place of a worker. Go through all rows, asking
    for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1HTTPOperatorList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[V1HTTPOperator]:
    """List the HTTP operators: endpoints that the engine calls in place of a worker. Go through all rows, asking
    for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1HTTPOperatorList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: V1HTTPOperatorList) -> runtime.Page[V1HTTPOperator]:
    return runtime.Page(answer.rows or (), answer.pagination)

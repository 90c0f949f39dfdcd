# Generated from specs/ by `python -m codegen`; do not edit.
"""List the serverless endpoints: HTTPS functions that the engine calls in place of a worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_serverless_endpoint import V1ServerlessEndpoint
from ...models.v1_serverless_endpoint_list import V1ServerlessEndpointList

_ANSWERS: Mapping[int, runtime.Reader[V1ServerlessEndpointList]] = {
    200: runtime.Json[V1ServerlessEndpointList](V1ServerlessEndpointList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
) -> runtime.Operation[V1ServerlessEndpointList]:
    """List the serverless endpoints: HTTPS functions that the engine calls in place of a worker. The version that
    brought it is not known.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    return runtime.Operation(
        name="v1-serverless-endpoint:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/serverless/endpoints",
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
) -> V1ServerlessEndpointList:
    """List the serverless endpoints: HTTPS functions that the engine calls in place of a worker. The version that
    brought it is not known.

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
) -> V1ServerlessEndpointList:
    """List the serverless endpoints: HTTPS functions that the engine calls in place of a worker. The version that
    brought it is not known.

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
) -> Iterator[V1ServerlessEndpoint]:
    """List the serverless endpoints: HTTPS functions that the engine calls in place of a worker. Go through all
    rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1ServerlessEndpointList]:
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
) -> AsyncIterator[V1ServerlessEndpoint]:
    """List the serverless endpoints: HTTPS functions that the engine calls in place of a worker. Go through all
    rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1ServerlessEndpointList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: V1ServerlessEndpointList) -> runtime.Page[V1ServerlessEndpoint]:
    return runtime.Page(answer.rows or (), answer.pagination)

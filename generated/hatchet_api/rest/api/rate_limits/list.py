# Generated from specs/ by `python -m codegen`; do not edit.
"""List the rate limits with what is left of each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.rate_limit import RateLimit
from ...models.rate_limit_list import RateLimitList
from ...models.rate_limit_order_by_direction import RateLimitOrderByDirection
from ...models.rate_limit_order_by_field import RateLimitOrderByField

_ANSWERS: Mapping[int, runtime.Reader[RateLimitList]] = {
    200: runtime.Json[RateLimitList](RateLimitList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    search: str | None = None,
    order_by_field: RateLimitOrderByField | None = None,
    order_by_direction: RateLimitOrderByDirection | None = None,
) -> runtime.Operation[RateLimitList]:
    """List the rate limits with what is left of each.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        search: Only rate limits whose key contains this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
    """
    return runtime.Operation(
        name="rate-limit:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/rate-limits",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("search", search),
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
    search: str | None = None,
    order_by_field: RateLimitOrderByField | None = None,
    order_by_direction: RateLimitOrderByDirection | None = None,
    timeout: runtime.Timeout = None,
) -> RateLimitList:
    """List the rate limits with what is left of each.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        search: Only rate limits whose key contains this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        search=search,
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
    search: str | None = None,
    order_by_field: RateLimitOrderByField | None = None,
    order_by_direction: RateLimitOrderByDirection | None = None,
    timeout: runtime.Timeout = None,
) -> RateLimitList:
    """List the rate limits with what is left of each.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        search: Only rate limits whose key contains this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        search=search,
        order_by_field=order_by_field,
        order_by_direction=order_by_direction,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    search: str | None = None,
    order_by_field: RateLimitOrderByField | None = None,
    order_by_direction: RateLimitOrderByDirection | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[RateLimit]:
    """List the rate limits with what is left of each. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        search: Only rate limits whose key contains this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[RateLimitList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            search=search,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    search: str | None = None,
    order_by_field: RateLimitOrderByField | None = None,
    order_by_direction: RateLimitOrderByDirection | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[RateLimit]:
    """List the rate limits with what is left of each. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        search: Only rate limits whose key contains this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[RateLimitList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            search=search,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: RateLimitList) -> runtime.Page[RateLimit]:
    return runtime.Page(answer.rows or (), answer.pagination)

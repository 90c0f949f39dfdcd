# Generated from specs/ by `python -m codegen`; do not edit.
"""List the topics of durable streams that hold messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_stream_topic import V1StreamTopic
from ...models.v1_stream_topic_list import V1StreamTopicList

_ANSWERS: Mapping[int, runtime.Reader[V1StreamTopicList]] = {
    200: runtime.Json[V1StreamTopicList](V1StreamTopicList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    search: str | None = None,
) -> runtime.Operation[V1StreamTopicList]:
    """List the topics of durable streams that hold messages. Since v0.120.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        search: Only topics that contain this text in their name or namespace.
    """
    return runtime.Operation(
        name="v1-stream-topic:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/streams/topics",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("search", search),
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
    timeout: runtime.Timeout = None,
) -> V1StreamTopicList:
    """List the topics of durable streams that hold messages. Since v0.120.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        search: Only topics that contain this text in their name or namespace.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        search=search,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    search: str | None = None,
    timeout: runtime.Timeout = None,
) -> V1StreamTopicList:
    """List the topics of durable streams that hold messages. Since v0.120.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        search: Only topics that contain this text in their name or namespace.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        search=search,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    search: str | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[V1StreamTopic]:
    """List the topics of durable streams that hold messages. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        search: Only topics that contain this text in their name or namespace.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1StreamTopicList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            search=search,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    search: str | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[V1StreamTopic]:
    """List the topics of durable streams that hold messages. Go through all rows, asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        search: Only topics that contain this text in their name or namespace.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1StreamTopicList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            search=search,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: V1StreamTopicList) -> runtime.Page[V1StreamTopic]:
    return runtime.Page(answer.rows or (), answer.pagination)

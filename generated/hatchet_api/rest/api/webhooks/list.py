# Generated from specs/ by `python -m codegen`; do not edit.
"""List the incoming webhooks, through which other services push events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_webhook import V1Webhook
from ...models.v1_webhook_list import V1WebhookList
from ...models.v1_webhook_source_name import V1WebhookSourceName

_ANSWERS: Mapping[int, runtime.Reader[V1WebhookList]] = {
    200: runtime.Json[V1WebhookList](V1WebhookList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    source_names: Sequence[V1WebhookSourceName] | None = None,
    webhook_names: Sequence[str] | None = None,
) -> runtime.Operation[V1WebhookList]:
    """List the incoming webhooks, through which other services push events.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        source_names: Only webhooks of one of these sources.
        webhook_names: Only webhooks with one of these names.
    """
    return runtime.Operation(
        name="v1-webhook:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/webhooks",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("sourceNames", source_names),
            ("webhookNames", webhook_names),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    source_names: Sequence[V1WebhookSourceName] | None = None,
    webhook_names: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1WebhookList:
    """List the incoming webhooks, through which other services push events.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        source_names: Only webhooks of one of these sources.
        webhook_names: Only webhooks with one of these names.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        source_names=source_names,
        webhook_names=webhook_names,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    source_names: Sequence[V1WebhookSourceName] | None = None,
    webhook_names: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1WebhookList:
    """List the incoming webhooks, through which other services push events.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        source_names: Only webhooks of one of these sources.
        webhook_names: Only webhooks with one of these names.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        source_names=source_names,
        webhook_names=webhook_names,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    source_names: Sequence[V1WebhookSourceName] | None = None,
    webhook_names: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[V1Webhook]:
    """List the incoming webhooks, through which other services push events. Go through all rows, asking for a page
    at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        source_names: Only webhooks of one of these sources.
        webhook_names: Only webhooks with one of these names.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1WebhookList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            source_names=source_names,
            webhook_names=webhook_names,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    source_names: Sequence[V1WebhookSourceName] | None = None,
    webhook_names: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[V1Webhook]:
    """List the incoming webhooks, through which other services push events. Go through all rows, asking for a page
    at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        source_names: Only webhooks of one of these sources.
        webhook_names: Only webhooks with one of these names.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1WebhookList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            source_names=source_names,
            webhook_names=webhook_names,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: V1WebhookList) -> runtime.Page[V1Webhook]:
    return runtime.Page(answer.rows or (), answer.pagination)

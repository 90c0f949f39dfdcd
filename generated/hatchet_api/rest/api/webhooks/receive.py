# Generated from specs/ by `python -m codegen`; do not edit.
"""Deliver a message to an incoming webhook, as the source would."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_webhook_response import V1WebhookResponse

_ANSWERS: Mapping[int, runtime.Reader[V1WebhookResponse | None]] = {
    200: runtime.Json[V1WebhookResponse](V1WebhookResponse),
    204: runtime.nothing,
}


def build(
    tenant: UUID | str,
    v1_webhook: str,
    body: bytes | None = None,
) -> runtime.Operation[V1WebhookResponse | None]:
    """Deliver a message to an incoming webhook, as the source would. It needs the webhook's own authentication in
    headers instead of an API token; the body is a JSON object, or a form for generic and Slack sources.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_webhook: Name of the webhook, unique in the tenant.
        body: The message, exactly as the source sends it, since signatures cover every byte.
    """
    return runtime.Operation(
        name="v1-webhook:receive",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/webhooks/{runtime.segment('v1_webhook', v1_webhook)}",
        answers=_ANSWERS,
        body=runtime.raw_body(body, "application/octet-stream"),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    v1_webhook: str,
    body: bytes | None = None,
    *,
    timeout: runtime.Timeout = None,
) -> V1WebhookResponse | None:
    """Deliver a message to an incoming webhook, as the source would. It needs the webhook's own authentication in
    headers instead of an API token; the body is a JSON object, or a form for generic and Slack sources.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_webhook: Name of the webhook, unique in the tenant.
        body: The message, exactly as the source sends it, since signatures cover every byte.
    """
    operation = build(
        tenant,
        v1_webhook,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    v1_webhook: str,
    body: bytes | None = None,
    *,
    timeout: runtime.Timeout = None,
) -> V1WebhookResponse | None:
    """Deliver a message to an incoming webhook, as the source would. It needs the webhook's own authentication in
    headers instead of an API token; the body is a JSON object, or a form for generic and Slack sources.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_webhook: Name of the webhook, unique in the tenant.
        body: The message, exactly as the source sends it, since signatures cover every byte.
    """
    operation = build(
        tenant,
        v1_webhook,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

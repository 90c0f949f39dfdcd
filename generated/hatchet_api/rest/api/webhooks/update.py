# Generated from specs/ by `python -m codegen`; do not edit.
"""Change an incoming webhook; what is left out stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_update_webhook_request import V1UpdateWebhookRequest
from ...models.v1_webhook import V1Webhook

_ANSWERS: Mapping[int, runtime.Reader[V1Webhook]] = {
    200: runtime.Json[V1Webhook](V1Webhook),
}


def build(
    tenant: UUID | str,
    v1_webhook: str,
    body: V1UpdateWebhookRequest,
) -> runtime.Operation[V1Webhook]:
    """Change an incoming webhook; what is left out stays as it is.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_webhook: Name of the webhook, unique in the tenant.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-webhook:update",
        method="PATCH",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/webhooks/{runtime.segment('v1_webhook', v1_webhook)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    v1_webhook: str,
    body: V1UpdateWebhookRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1Webhook:
    """Change an incoming webhook; what is left out stays as it is.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_webhook: Name of the webhook, unique in the tenant.
        body: What to send.
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
    body: V1UpdateWebhookRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1Webhook:
    """Change an incoming webhook; what is left out stays as it is.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_webhook: Name of the webhook, unique in the tenant.
        body: What to send.
    """
    operation = build(
        tenant,
        v1_webhook,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

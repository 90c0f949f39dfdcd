# Generated from specs/ by `python -m codegen`; do not edit.
"""Create an incoming webhook for one source and one way of authentication."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_create_webhook_request_api_key import V1CreateWebhookRequestAPIKey
from ...models.v1_create_webhook_request_basic_auth import V1CreateWebhookRequestBasicAuth
from ...models.v1_create_webhook_request_hmac import V1CreateWebhookRequestHMAC
from ...models.v1_webhook import V1Webhook

_ANSWERS: Mapping[int, runtime.Reader[V1Webhook]] = {
    200: runtime.Json[V1Webhook](V1Webhook),
}


def build(
    tenant: UUID | str,
    body: V1CreateWebhookRequestBasicAuth | V1CreateWebhookRequestAPIKey | V1CreateWebhookRequestHMAC,
) -> runtime.Operation[V1Webhook]:
    """Create an incoming webhook for one source and one way of authentication.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-webhook:create",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/webhooks",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1CreateWebhookRequestBasicAuth | V1CreateWebhookRequestAPIKey | V1CreateWebhookRequestHMAC,
    *,
    timeout: runtime.Timeout = None,
) -> V1Webhook:
    """Create an incoming webhook for one source and one way of authentication.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    body: V1CreateWebhookRequestBasicAuth | V1CreateWebhookRequestAPIKey | V1CreateWebhookRequestHMAC,
    *,
    timeout: runtime.Timeout = None,
) -> V1Webhook:
    """Create an incoming webhook for one source and one way of authentication.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Delete an incoming webhook and return what it was."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_webhook import V1Webhook

_ANSWERS: Mapping[int, runtime.Reader[V1Webhook]] = {
    200: runtime.Json[V1Webhook](V1Webhook),
}


def build(
    tenant: UUID | str,
    v1_webhook: str,
) -> runtime.Operation[V1Webhook]:
    """Delete an incoming webhook and return what it was.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_webhook: Name of the webhook, unique in the tenant.
    """
    return runtime.Operation(
        name="v1-webhook:delete",
        method="DELETE",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/webhooks/{runtime.segment('v1_webhook', v1_webhook)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    v1_webhook: str,
    *,
    timeout: runtime.Timeout = None,
) -> V1Webhook:
    """Delete an incoming webhook and return what it was.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_webhook: Name of the webhook, unique in the tenant.
    """
    operation = build(
        tenant,
        v1_webhook,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    v1_webhook: str,
    *,
    timeout: runtime.Timeout = None,
) -> V1Webhook:
    """Delete an incoming webhook and return what it was.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_webhook: Name of the webhook, unique in the tenant.
    """
    operation = build(
        tenant,
        v1_webhook,
    )
    return await runtime.asend(client, operation, timeout=timeout)

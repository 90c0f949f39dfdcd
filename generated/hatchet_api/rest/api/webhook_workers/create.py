# Generated from specs/ by `python -m codegen`; do not edit.
"""Create a webhook worker of the older generation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.webhook_worker_create_request import WebhookWorkerCreateRequest
from ...models.webhook_worker_created import WebhookWorkerCreated

_ANSWERS: Mapping[int, runtime.Reader[WebhookWorkerCreated]] = {
    200: runtime.Json[WebhookWorkerCreated](WebhookWorkerCreated),
}


def build(
    tenant: UUID | str,
    body: WebhookWorkerCreateRequest,
) -> runtime.Operation[WebhookWorkerCreated]:
    """Create a webhook worker of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="webhook:create",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/webhook-workers",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: WebhookWorkerCreateRequest,
    *,
    timeout: runtime.Timeout = None,
) -> WebhookWorkerCreated:
    """Create a webhook worker of the older generation.

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
    body: WebhookWorkerCreateRequest,
    *,
    timeout: runtime.Timeout = None,
) -> WebhookWorkerCreated:
    """Create a webhook worker of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

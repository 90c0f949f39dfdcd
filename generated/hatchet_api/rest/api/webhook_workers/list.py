# Generated from specs/ by `python -m codegen`; do not edit.
"""List the webhook workers: HTTP endpoints of the older generation that the engine called in place of a
worker."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.webhook_worker_list_response import WebhookWorkerListResponse

_ANSWERS: Mapping[int, runtime.Reader[WebhookWorkerListResponse]] = {
    200: runtime.Json[WebhookWorkerListResponse](WebhookWorkerListResponse),
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[WebhookWorkerListResponse]:
    """List the webhook workers: HTTP endpoints of the older generation that the engine called in place of a
    worker.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="webhook:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/webhook-workers",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> WebhookWorkerListResponse:
    """List the webhook workers: HTTP endpoints of the older generation that the engine called in place of a
    worker.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> WebhookWorkerListResponse:
    """List the webhook workers: HTTP endpoints of the older generation that the engine called in place of a
    worker.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

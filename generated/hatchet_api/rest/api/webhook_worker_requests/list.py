# Generated from specs/ by `python -m codegen`; do not edit.
"""List the latest requests that the engine made to a webhook worker."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.webhook_worker_request_list_response import WebhookWorkerRequestListResponse

_ANSWERS: Mapping[int, runtime.Reader[WebhookWorkerRequestListResponse]] = {
    200: runtime.Json[WebhookWorkerRequestListResponse](WebhookWorkerRequestListResponse),
}


def build(
    webhook: UUID | str,
) -> runtime.Operation[WebhookWorkerRequestListResponse]:
    """List the latest requests that the engine made to a webhook worker.

    Args:
        webhook: Id of the webhook worker.
    """
    return runtime.Operation(
        name="webhook-requests:list",
        method="GET",
        path=f"/api/v1/webhook-workers/{runtime.segment('webhook', webhook)}/requests",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    webhook: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> WebhookWorkerRequestListResponse:
    """List the latest requests that the engine made to a webhook worker.

    Args:
        webhook: Id of the webhook worker.
    """
    operation = build(
        webhook,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    webhook: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> WebhookWorkerRequestListResponse:
    """List the latest requests that the engine made to a webhook worker.

    Args:
        webhook: Id of the webhook worker.
    """
    operation = build(
        webhook,
    )
    return await runtime.asend(client, operation, timeout=timeout)

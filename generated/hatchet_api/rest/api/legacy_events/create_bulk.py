# Generated from specs/ by `python -m codegen`; do not edit.
"""Push several events in one request."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.bulk_create_event_request import BulkCreateEventRequest
from ...models.bulk_create_event_response import BulkCreateEventResponse

_ANSWERS: Mapping[int, runtime.Reader[BulkCreateEventResponse]] = {
    200: runtime.Json[BulkCreateEventResponse](BulkCreateEventResponse),
}


def build(
    tenant: UUID | str,
    body: BulkCreateEventRequest,
) -> runtime.Operation[BulkCreateEventResponse]:
    """Push several events in one request.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="event:create:bulk",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/events/bulk",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: BulkCreateEventRequest,
    *,
    timeout: runtime.Timeout = None,
) -> BulkCreateEventResponse:
    """Push several events in one request.

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
    body: BulkCreateEventRequest,
    *,
    timeout: runtime.Timeout = None,
) -> BulkCreateEventResponse:
    """Push several events in one request.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

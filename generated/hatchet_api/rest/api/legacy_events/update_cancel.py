# Generated from specs/ by `python -m codegen`; do not edit.
"""Cancel every run that the given events started."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.cancel_event_request import CancelEventRequest
from ...models.event_update_cancel_response import EventUpdateCancelResponse

_ANSWERS: Mapping[int, runtime.Reader[EventUpdateCancelResponse]] = {
    200: runtime.Json[EventUpdateCancelResponse](EventUpdateCancelResponse),
}


def build(
    tenant: UUID | str,
    body: CancelEventRequest,
) -> runtime.Operation[EventUpdateCancelResponse]:
    """Cancel every run that the given events started.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="event:update:cancel",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/events/cancel",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: CancelEventRequest,
    *,
    timeout: runtime.Timeout = None,
) -> EventUpdateCancelResponse:
    """Cancel every run that the given events started.

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
    body: CancelEventRequest,
    *,
    timeout: runtime.Timeout = None,
) -> EventUpdateCancelResponse:
    """Cancel every run that the given events started.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

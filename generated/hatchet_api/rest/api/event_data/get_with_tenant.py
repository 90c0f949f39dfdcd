# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch the payload of an event, as a JSON text, addressed by tenant and event."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.event_data import EventData

_ANSWERS: Mapping[int, runtime.Reader[EventData]] = {
    200: runtime.Json[EventData](EventData),
}


def build(
    tenant: UUID | str,
    event_with_tenant: UUID | str,
) -> runtime.Operation[EventData]:
    """Fetch the payload of an event, as a JSON text, addressed by tenant and event.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        event_with_tenant: Id of the event.
    """
    return runtime.Operation(
        name="event-data:get-with-tenant",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/events/{runtime.segment('event_with_tenant', event_with_tenant)}/data",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    event_with_tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> EventData:
    """Fetch the payload of an event, as a JSON text, addressed by tenant and event.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        event_with_tenant: Id of the event.
    """
    operation = build(
        tenant,
        event_with_tenant,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    event_with_tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> EventData:
    """Fetch the payload of an event, as a JSON text, addressed by tenant and event.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        event_with_tenant: Id of the event.
    """
    operation = build(
        tenant,
        event_with_tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

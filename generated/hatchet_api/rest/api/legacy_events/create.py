# Generated from specs/ by `python -m codegen`; do not edit.
"""Push one event over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.create_event_request import CreateEventRequest
from ...models.event import Event

_ANSWERS: Mapping[int, runtime.Reader[Event]] = {
    200: runtime.Json[Event](Event),
}


def build(
    tenant: UUID | str,
    body: CreateEventRequest,
) -> runtime.Operation[Event]:
    """Push one event over HTTP. Workflows that listen to its key are started.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="event:create",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/events",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: CreateEventRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Event:
    """Push one event over HTTP. Workflows that listen to its key are started.

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
    body: CreateEventRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Event:
    """Push one event over HTTP. Workflows that listen to its key are started.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

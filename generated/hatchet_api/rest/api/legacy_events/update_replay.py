# Generated from specs/ by `python -m codegen`; do not edit.
"""Push existing events again, as new events with the same key and payload."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.event_list import EventList
from ...models.replay_event_request import ReplayEventRequest

_ANSWERS: Mapping[int, runtime.Reader[EventList]] = {
    200: runtime.Json[EventList](EventList),
}


def build(
    tenant: UUID | str,
    body: ReplayEventRequest,
) -> runtime.Operation[EventList]:
    """Push existing events again, as new events with the same key and payload.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="event:update:replay",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/events/replay",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: ReplayEventRequest,
    *,
    timeout: runtime.Timeout = None,
) -> EventList:
    """Push existing events again, as new events with the same key and payload.

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
    body: ReplayEventRequest,
    *,
    timeout: runtime.Timeout = None,
) -> EventList:
    """Push existing events again, as new events with the same key and payload.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

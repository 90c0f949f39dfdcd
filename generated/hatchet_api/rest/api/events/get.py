# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one event with the runs it triggered."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_event import V1Event

_ANSWERS: Mapping[int, runtime.Reader[V1Event]] = {
    200: runtime.Json[V1Event](V1Event),
}


def build(
    tenant: UUID | str,
    v1_event: UUID | str,
) -> runtime.Operation[V1Event]:
    """Fetch one event with the runs it triggered.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_event: Id of the event.
    """
    return runtime.Operation(
        name="v1-event:get",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/events/{runtime.segment('v1_event', v1_event)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    v1_event: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1Event:
    """Fetch one event with the runs it triggered.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_event: Id of the event.
    """
    operation = build(
        tenant,
        v1_event,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    v1_event: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1Event:
    """Fetch one event with the runs it triggered.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_event: Id of the event.
    """
    operation = build(
        tenant,
        v1_event,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""List the distinct keys of events of the older generation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.event_key_list import EventKeyList

_ANSWERS: Mapping[int, runtime.Reader[EventKeyList]] = {
    200: runtime.Json[EventKeyList](EventKeyList),
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[EventKeyList]:
    """List the distinct keys of events of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="event-key:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/events/keys",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> EventKeyList:
    """List the distinct keys of events of the older generation.

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
) -> EventKeyList:
    """List the distinct keys of events of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

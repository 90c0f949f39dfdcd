# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one event filter."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_filter import V1Filter

_ANSWERS: Mapping[int, runtime.Reader[V1Filter]] = {
    200: runtime.Json[V1Filter](V1Filter),
}


def build(
    tenant: UUID | str,
    v1_filter: UUID | str,
) -> runtime.Operation[V1Filter]:
    """Fetch one event filter.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_filter: Id of the event filter.
    """
    return runtime.Operation(
        name="v1-filter:get",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/filters/{runtime.segment('v1_filter', v1_filter)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    v1_filter: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1Filter:
    """Fetch one event filter.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_filter: Id of the event filter.
    """
    operation = build(
        tenant,
        v1_filter,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    v1_filter: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1Filter:
    """Fetch one event filter.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_filter: Id of the event filter.
    """
    operation = build(
        tenant,
        v1_filter,
    )
    return await runtime.asend(client, operation, timeout=timeout)

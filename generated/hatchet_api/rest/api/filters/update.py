# Generated from specs/ by `python -m codegen`; do not edit.
"""Change an event filter; what is left out stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_filter import V1Filter
from ...models.v1_update_filter_request import V1UpdateFilterRequest

_ANSWERS: Mapping[int, runtime.Reader[V1Filter]] = {
    200: runtime.Json[V1Filter](V1Filter),
}


def build(
    tenant: UUID | str,
    v1_filter: UUID | str,
    body: V1UpdateFilterRequest,
) -> runtime.Operation[V1Filter]:
    """Change an event filter; what is left out stays as it is.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_filter: Id of the event filter.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-filter:update",
        method="PATCH",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/filters/{runtime.segment('v1_filter', v1_filter)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    v1_filter: UUID | str,
    body: V1UpdateFilterRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1Filter:
    """Change an event filter; what is left out stays as it is.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_filter: Id of the event filter.
        body: What to send.
    """
    operation = build(
        tenant,
        v1_filter,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    v1_filter: UUID | str,
    body: V1UpdateFilterRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1Filter:
    """Change an event filter; what is left out stays as it is.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        v1_filter: Id of the event filter.
        body: What to send.
    """
    operation = build(
        tenant,
        v1_filter,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

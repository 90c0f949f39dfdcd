# Generated from specs/ by `python -m codegen`; do not edit.
"""Create an event filter: events with its scope trigger the workflow only where the expression is true."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_create_filter_request import V1CreateFilterRequest
from ...models.v1_filter import V1Filter

_ANSWERS: Mapping[int, runtime.Reader[V1Filter]] = {
    200: runtime.Json[V1Filter](V1Filter),
}


def build(
    tenant: UUID | str,
    body: V1CreateFilterRequest,
) -> runtime.Operation[V1Filter]:
    """Create an event filter: events with its scope trigger the workflow only where the expression is true. The
    expression is not checked here; try it with the CEL debugger first.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-filter:create",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/filters",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1CreateFilterRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1Filter:
    """Create an event filter: events with its scope trigger the workflow only where the expression is true. The
    expression is not checked here; try it with the CEL debugger first.

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
    body: V1CreateFilterRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1Filter:
    """Create an event filter: events with its scope trigger the workflow only where the expression is true. The
    expression is not checked here; try it with the CEL debugger first.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

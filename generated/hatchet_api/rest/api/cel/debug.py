# Generated from specs/ by `python -m codegen`; do not edit.
"""Evaluate a CEL expression in the environment that event filters have."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_cel_debug_request import V1CELDebugRequest
from ...models.v1_cel_debug_response import V1CELDebugResponse

_ANSWERS: Mapping[int, runtime.Reader[V1CELDebugResponse]] = {
    200: runtime.Json[V1CELDebugResponse](V1CELDebugResponse),
}


def build(
    tenant: UUID | str,
    body: V1CELDebugRequest,
) -> runtime.Operation[V1CELDebugResponse]:
    """Evaluate a CEL expression in the environment that event filters have. It must give a boolean; a faulty
    expression is reported in a reply of status 200.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-cel:debug",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/cel/debug",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1CELDebugRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1CELDebugResponse:
    """Evaluate a CEL expression in the environment that event filters have. It must give a boolean; a faulty
    expression is reported in a reply of status 200.

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
    body: V1CELDebugRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1CELDebugResponse:
    """Evaluate a CEL expression in the environment that event filters have. It must give a boolean; a faulty
    expression is reported in a reply of status 200.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

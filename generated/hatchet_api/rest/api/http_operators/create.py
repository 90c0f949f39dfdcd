# Generated from specs/ by `python -m codegen`; do not edit.
"""Create an HTTP operator."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_create_http_operator_request import V1CreateHTTPOperatorRequest
from ...models.v1_http_operator import V1HTTPOperator

_ANSWERS: Mapping[int, runtime.Reader[V1HTTPOperator]] = {
    200: runtime.Json[V1HTTPOperator](V1HTTPOperator),
}


def build(
    tenant: UUID | str,
    body: V1CreateHTTPOperatorRequest,
) -> runtime.Operation[V1HTTPOperator]:
    """Create an HTTP operator.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-http-operator:create",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/operators/http",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1CreateHTTPOperatorRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1HTTPOperator:
    """Create an HTTP operator.

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
    body: V1CreateHTTPOperatorRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1HTTPOperator:
    """Create an HTTP operator.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

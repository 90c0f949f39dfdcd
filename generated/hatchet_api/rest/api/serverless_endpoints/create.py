# Generated from specs/ by `python -m codegen`; do not edit.
"""Create a serverless endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_create_serverless_endpoint_request import V1CreateServerlessEndpointRequest
from ...models.v1_serverless_endpoint import V1ServerlessEndpoint

_ANSWERS: Mapping[int, runtime.Reader[V1ServerlessEndpoint]] = {
    200: runtime.Json[V1ServerlessEndpoint](V1ServerlessEndpoint),
}


def build(
    tenant: UUID | str,
    body: V1CreateServerlessEndpointRequest,
) -> runtime.Operation[V1ServerlessEndpoint]:
    """Create a serverless endpoint. A tenant that is not entitled gets 403. The version that brought it is not
    known.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-serverless-endpoint:create",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/serverless/endpoints",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1CreateServerlessEndpointRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1ServerlessEndpoint:
    """Create a serverless endpoint. A tenant that is not entitled gets 403. The version that brought it is not
    known.

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
    body: V1CreateServerlessEndpointRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1ServerlessEndpoint:
    """Create a serverless endpoint. A tenant that is not entitled gets 403. The version that brought it is not
    known.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Change a serverless endpoint; what is left out stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_serverless_endpoint import V1ServerlessEndpoint
from ...models.v1_update_serverless_endpoint_request import V1UpdateServerlessEndpointRequest

_ANSWERS: Mapping[int, runtime.Reader[V1ServerlessEndpoint]] = {
    200: runtime.Json[V1ServerlessEndpoint](V1ServerlessEndpoint),
}


def build(
    v1_serverless_endpoint: UUID | str,
    body: V1UpdateServerlessEndpointRequest,
) -> runtime.Operation[V1ServerlessEndpoint]:
    """Change a serverless endpoint; what is left out stays as it is. The version that brought it is not known.

    Args:
        v1_serverless_endpoint: Id of the serverless endpoint.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-serverless-endpoint:update",
        method="PATCH",
        path=f"/api/v1/stable/serverless/endpoints/{runtime.segment('v1_serverless_endpoint', v1_serverless_endpoint)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    v1_serverless_endpoint: UUID | str,
    body: V1UpdateServerlessEndpointRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1ServerlessEndpoint:
    """Change a serverless endpoint; what is left out stays as it is. The version that brought it is not known.

    Args:
        v1_serverless_endpoint: Id of the serverless endpoint.
        body: What to send.
    """
    operation = build(
        v1_serverless_endpoint,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    v1_serverless_endpoint: UUID | str,
    body: V1UpdateServerlessEndpointRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1ServerlessEndpoint:
    """Change a serverless endpoint; what is left out stays as it is. The version that brought it is not known.

    Args:
        v1_serverless_endpoint: Id of the serverless endpoint.
        body: What to send.
    """
    operation = build(
        v1_serverless_endpoint,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

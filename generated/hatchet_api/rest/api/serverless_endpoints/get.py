# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one serverless endpoint with its health."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_serverless_endpoint import V1ServerlessEndpoint

_ANSWERS: Mapping[int, runtime.Reader[V1ServerlessEndpoint]] = {
    200: runtime.Json[V1ServerlessEndpoint](V1ServerlessEndpoint),
}


def build(
    v1_serverless_endpoint: UUID | str,
) -> runtime.Operation[V1ServerlessEndpoint]:
    """Fetch one serverless endpoint with its health. The version that brought it is not known.

    Args:
        v1_serverless_endpoint: Id of the serverless endpoint.
    """
    return runtime.Operation(
        name="v1-serverless-endpoint:get",
        method="GET",
        path=f"/api/v1/stable/serverless/endpoints/{runtime.segment('v1_serverless_endpoint', v1_serverless_endpoint)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    v1_serverless_endpoint: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1ServerlessEndpoint:
    """Fetch one serverless endpoint with its health. The version that brought it is not known.

    Args:
        v1_serverless_endpoint: Id of the serverless endpoint.
    """
    operation = build(
        v1_serverless_endpoint,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    v1_serverless_endpoint: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1ServerlessEndpoint:
    """Fetch one serverless endpoint with its health. The version that brought it is not known.

    Args:
        v1_serverless_endpoint: Id of the serverless endpoint.
    """
    operation = build(
        v1_serverless_endpoint,
    )
    return await runtime.asend(client, operation, timeout=timeout)

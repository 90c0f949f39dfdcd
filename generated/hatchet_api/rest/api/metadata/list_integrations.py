# Generated from specs/ by `python -m codegen`; do not edit.
"""List the integrations that this server offers."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ... import runtime
from ...models.api_meta_integration import APIMetaIntegration

_ANSWERS: Mapping[int, runtime.Reader[list[APIMetaIntegration]]] = {
    200: runtime.Json[list[APIMetaIntegration]](list[APIMetaIntegration]),
}


def build() -> runtime.Operation[list[APIMetaIntegration]]:
    """List the integrations that this server offers. It is not bound to a tenant, so engines refuse it to a
    tenant's API token.
    """
    return runtime.Operation(
        name="metadata:list:integrations",
        method="GET",
        path="/api/v1/meta/integrations",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    *,
    timeout: runtime.Timeout = None,
) -> list[APIMetaIntegration]:
    """List the integrations that this server offers. It is not bound to a tenant, so engines refuse it to a
    tenant's API token.
    """
    operation = build()
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    *,
    timeout: runtime.Timeout = None,
) -> list[APIMetaIntegration]:
    """List the integrations that this server offers. It is not bound to a tenant, so engines refuse it to a
    tenant's API token.
    """
    operation = build()
    return await runtime.asend(client, operation, timeout=timeout)

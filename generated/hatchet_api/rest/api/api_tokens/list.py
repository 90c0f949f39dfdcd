# Generated from specs/ by `python -m codegen`; do not edit.
"""List the tenant's API tokens, without their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.list_api_tokens_response import ListAPITokensResponse

_ANSWERS: Mapping[int, runtime.Reader[ListAPITokensResponse]] = {
    200: runtime.Json[ListAPITokensResponse](ListAPITokensResponse),
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[ListAPITokensResponse]:
    """List the tenant's API tokens, without their secrets. Engines accept it from a signed-in user only.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="api-token:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/api-tokens",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> ListAPITokensResponse:
    """List the tenant's API tokens, without their secrets. Engines accept it from a signed-in user only.

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
) -> ListAPITokensResponse:
    """List the tenant's API tokens, without their secrets. Engines accept it from a signed-in user only.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

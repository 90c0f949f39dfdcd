# Generated from specs/ by `python -m codegen`; do not edit.
"""Create an API token; this reply is the only time its secret is shown."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.create_api_token_request import CreateAPITokenRequest
from ...models.create_api_token_response import CreateAPITokenResponse

_ANSWERS: Mapping[int, runtime.Reader[CreateAPITokenResponse]] = {
    200: runtime.Json[CreateAPITokenResponse](CreateAPITokenResponse),
}


def build(
    tenant: UUID | str,
    body: CreateAPITokenRequest,
) -> runtime.Operation[CreateAPITokenResponse]:
    """Create an API token; this reply is the only time its secret is shown. Engines accept it from a signed-in
    user only.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="api-token:create",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/api-tokens",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: CreateAPITokenRequest,
    *,
    timeout: runtime.Timeout = None,
) -> CreateAPITokenResponse:
    """Create an API token; this reply is the only time its secret is shown. Engines accept it from a signed-in
    user only.

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
    body: CreateAPITokenRequest,
    *,
    timeout: runtime.Timeout = None,
) -> CreateAPITokenResponse:
    """Create an API token; this reply is the only time its secret is shown. Engines accept it from a signed-in
    user only.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Create a tenant."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ... import runtime
from ...models.create_tenant_request import CreateTenantRequest
from ...models.tenant import Tenant

_ANSWERS: Mapping[int, runtime.Reader[Tenant]] = {
    200: runtime.Json[Tenant](Tenant),
}


def build(
    body: CreateTenantRequest,
) -> runtime.Operation[Tenant]:
    """Create a tenant. It is not bound to an existing tenant, so engines refuse it to a tenant's API token.

    Args:
        body: What to send.
    """
    return runtime.Operation(
        name="tenant:create",
        method="POST",
        path="/api/v1/tenants",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    body: CreateTenantRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Tenant:
    """Create a tenant. It is not bound to an existing tenant, so engines refuse it to a tenant's API token.

    Args:
        body: What to send.
    """
    operation = build(
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    body: CreateTenantRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Tenant:
    """Create a tenant. It is not bound to an existing tenant, so engines refuse it to a tenant's API token.

    Args:
        body: What to send.
    """
    operation = build(
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

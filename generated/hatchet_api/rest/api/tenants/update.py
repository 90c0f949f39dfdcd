# Generated from specs/ by `python -m codegen`; do not edit.
"""Change the tenant's settings; what is left out stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant import Tenant
from ...models.update_tenant_request import UpdateTenantRequest

_ANSWERS: Mapping[int, runtime.Reader[Tenant]] = {
    200: runtime.Json[Tenant](Tenant),
}


def build(
    tenant: UUID | str,
    body: UpdateTenantRequest,
) -> runtime.Operation[Tenant]:
    """Change the tenant's settings; what is left out stays as it is.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="tenant:update",
        method="PATCH",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: UpdateTenantRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Tenant:
    """Change the tenant's settings; what is left out stays as it is.

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
    body: UpdateTenantRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Tenant:
    """Change the tenant's settings; what is left out stays as it is.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

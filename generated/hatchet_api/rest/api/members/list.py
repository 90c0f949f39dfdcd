# Generated from specs/ by `python -m codegen`; do not edit.
"""List the people who belong to the tenant."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant_member_list import TenantMemberList

_ANSWERS: Mapping[int, runtime.Reader[TenantMemberList]] = {
    200: runtime.Json[TenantMemberList](TenantMemberList),
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[TenantMemberList]:
    """List the people who belong to the tenant.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="tenant-member:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/members",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> TenantMemberList:
    """List the people who belong to the tenant.

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
) -> TenantMemberList:
    """List the people who belong to the tenant.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch the tenant's limits, and how much of each is used."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant_resource_policy import TenantResourcePolicy

_ANSWERS: Mapping[int, runtime.Reader[TenantResourcePolicy]] = {
    200: runtime.Json[TenantResourcePolicy](TenantResourcePolicy),
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[TenantResourcePolicy]:
    """Fetch the tenant's limits, and how much of each is used.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="tenant-resource-policy:get",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/resource-policy",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> TenantResourcePolicy:
    """Fetch the tenant's limits, and how much of each is used.

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
) -> TenantResourcePolicy:
    """Fetch the tenant's limits, and how much of each is used.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch which optional features the tenant may use."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant_entitlements import TenantEntitlements

_ANSWERS: Mapping[int, runtime.Reader[TenantEntitlements]] = {
    200: runtime.Json[TenantEntitlements](TenantEntitlements),
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[TenantEntitlements]:
    """Fetch which optional features the tenant may use. The version that brought it is not known.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="tenant-entitlements:get",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/entitlements",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> TenantEntitlements:
    """Fetch which optional features the tenant may use. The version that brought it is not known.

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
) -> TenantEntitlements:
    """Fetch which optional features the tenant may use. The version that brought it is not known.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

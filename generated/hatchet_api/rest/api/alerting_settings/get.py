# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch which failures the tenant is alerted about, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant_alerting_settings import TenantAlertingSettings

_ANSWERS: Mapping[int, runtime.Reader[TenantAlertingSettings]] = {
    200: runtime.Json[TenantAlertingSettings](TenantAlertingSettings),
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[TenantAlertingSettings]:
    """Fetch which failures the tenant is alerted about, and how often.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="tenant-alerting-settings:get",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/alerting/settings",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> TenantAlertingSettings:
    """Fetch which failures the tenant is alerted about, and how often.

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
) -> TenantAlertingSettings:
    """Fetch which failures the tenant is alerted about, and how often.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

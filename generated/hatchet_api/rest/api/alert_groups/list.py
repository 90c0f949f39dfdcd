# Generated from specs/ by `python -m codegen`; do not edit.
"""List the groups of addresses that are mailed when something fails."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant_alert_email_group_list import TenantAlertEmailGroupList

_ANSWERS: Mapping[int, runtime.Reader[TenantAlertEmailGroupList]] = {
    200: runtime.Json[TenantAlertEmailGroupList](TenantAlertEmailGroupList),
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[TenantAlertEmailGroupList]:
    """List the groups of addresses that are mailed when something fails.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="alert-email-group:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/alerting-email-groups",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> TenantAlertEmailGroupList:
    """List the groups of addresses that are mailed when something fails.

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
) -> TenantAlertEmailGroupList:
    """List the groups of addresses that are mailed when something fails.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Create a group of addresses for alert mails."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.create_tenant_alert_email_group_request import CreateTenantAlertEmailGroupRequest
from ...models.tenant_alert_email_group import TenantAlertEmailGroup

_ANSWERS: Mapping[int, runtime.Reader[TenantAlertEmailGroup]] = {
    201: runtime.Json[TenantAlertEmailGroup](TenantAlertEmailGroup),
}


def build(
    tenant: UUID | str,
    body: CreateTenantAlertEmailGroupRequest,
) -> runtime.Operation[TenantAlertEmailGroup]:
    """Create a group of addresses for alert mails.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="alert-email-group:create",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/alerting-email-groups",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: CreateTenantAlertEmailGroupRequest,
    *,
    timeout: runtime.Timeout = None,
) -> TenantAlertEmailGroup:
    """Create a group of addresses for alert mails.

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
    body: CreateTenantAlertEmailGroupRequest,
    *,
    timeout: runtime.Timeout = None,
) -> TenantAlertEmailGroup:
    """Create a group of addresses for alert mails.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

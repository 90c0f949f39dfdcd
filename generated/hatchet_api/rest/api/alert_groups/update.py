# Generated from specs/ by `python -m codegen`; do not edit.
"""Replace the addresses of an alert group."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant_alert_email_group import TenantAlertEmailGroup
from ...models.update_tenant_alert_email_group_request import UpdateTenantAlertEmailGroupRequest

_ANSWERS: Mapping[int, runtime.Reader[TenantAlertEmailGroup]] = {
    200: runtime.Json[TenantAlertEmailGroup](TenantAlertEmailGroup),
}


def build(
    alert_email_group: UUID | str,
    body: UpdateTenantAlertEmailGroupRequest,
) -> runtime.Operation[TenantAlertEmailGroup]:
    """Replace the addresses of an alert group.

    Args:
        alert_email_group: Id of the alert group.
        body: What to send.
    """
    return runtime.Operation(
        name="alert-email-group:update",
        method="PATCH",
        path=f"/api/v1/alerting-email-groups/{runtime.segment('alert_email_group', alert_email_group)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    alert_email_group: UUID | str,
    body: UpdateTenantAlertEmailGroupRequest,
    *,
    timeout: runtime.Timeout = None,
) -> TenantAlertEmailGroup:
    """Replace the addresses of an alert group.

    Args:
        alert_email_group: Id of the alert group.
        body: What to send.
    """
    operation = build(
        alert_email_group,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    alert_email_group: UUID | str,
    body: UpdateTenantAlertEmailGroupRequest,
    *,
    timeout: runtime.Timeout = None,
) -> TenantAlertEmailGroup:
    """Replace the addresses of an alert group.

    Args:
        alert_email_group: Id of the alert group.
        body: What to send.
    """
    operation = build(
        alert_email_group,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Change a member's role."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant_member import TenantMember
from ...models.update_tenant_member_request import UpdateTenantMemberRequest

_ANSWERS: Mapping[int, runtime.Reader[TenantMember]] = {
    200: runtime.Json[TenantMember](TenantMember),
}


def build(
    tenant: UUID | str,
    member: UUID | str,
    body: UpdateTenantMemberRequest,
) -> runtime.Operation[TenantMember]:
    """Change a member's role.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        member: Id of the membership.
        body: What to send.
    """
    return runtime.Operation(
        name="tenant-member:update",
        method="PATCH",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/members/{runtime.segment('member', member)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    member: UUID | str,
    body: UpdateTenantMemberRequest,
    *,
    timeout: runtime.Timeout = None,
) -> TenantMember:
    """Change a member's role.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        member: Id of the membership.
        body: What to send.
    """
    operation = build(
        tenant,
        member,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    member: UUID | str,
    body: UpdateTenantMemberRequest,
    *,
    timeout: runtime.Timeout = None,
) -> TenantMember:
    """Change a member's role.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        member: Id of the membership.
        body: What to send.
    """
    operation = build(
        tenant,
        member,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

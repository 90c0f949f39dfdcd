# Generated from specs/ by `python -m codegen`; do not edit.
"""Remove a member from the tenant."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime

_ANSWERS: Mapping[int, runtime.Reader[None]] = {
    204: runtime.nothing,
}


def build(
    tenant: UUID | str,
    member: UUID | str,
) -> runtime.Operation[None]:
    """Remove a member from the tenant.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        member: Id of the membership.
    """
    return runtime.Operation(
        name="tenant-member:delete",
        method="DELETE",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/members/{runtime.segment('member', member)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    member: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Remove a member from the tenant.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        member: Id of the membership.
    """
    operation = build(
        tenant,
        member,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    member: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Remove a member from the tenant.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        member: Id of the membership.
    """
    operation = build(
        tenant,
        member,
    )
    return await runtime.asend(client, operation, timeout=timeout)

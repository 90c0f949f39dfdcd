# Generated from specs/ by `python -m codegen`; do not edit.
"""Delete a rate limit by key; tasks that name the key afterwards find no such limit."""

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
    *,
    key: str,
) -> runtime.Operation[None]:
    """Delete a rate limit by key; tasks that name the key afterwards find no such limit.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        key: Key of the rate limit.
    """
    return runtime.Operation(
        name="rate-limit:delete",
        method="DELETE",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/rate-limits",
        answers=_ANSWERS,
        query=runtime.query(
            ("key", key),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    key: str,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete a rate limit by key; tasks that name the key afterwards find no such limit.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        key: Key of the rate limit.
    """
    operation = build(
        tenant,
        key=key,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    key: str,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete a rate limit by key; tasks that name the key afterwards find no such limit.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        key: Key of the rate limit.
    """
    operation = build(
        tenant,
        key=key,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Let the server run a workflow of its own from end to end, as a health probe."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime

_ANSWERS: Mapping[int, runtime.Reader[None]] = {
    200: runtime.nothing,
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[None]:
    """Let the server run a workflow of its own from end to end, as a health probe.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="monitoring:post:runProbe",
        method="POST",
        path=f"/api/v1/monitoring/{runtime.segment('tenant', tenant)}/probe",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Let the server run a workflow of its own from end to end, as a health probe.

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
) -> None:
    """Let the server run a workflow of its own from end to end, as a health probe.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

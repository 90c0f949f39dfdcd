# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch the tenant's metrics in the Prometheus text format."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime

_ANSWERS: Mapping[int, runtime.Reader[str]] = {
    200: runtime.text,
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[str]:
    """Fetch the tenant's metrics in the Prometheus text format. 400 means that the server has no Prometheus, 403
    that the tenant is not entitled.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="tenant:get:prometheus-metrics",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/prometheus-metrics",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> str:
    """Fetch the tenant's metrics in the Prometheus text format. 400 means that the server has no Prometheus, 403
    that the tenant is not entitled.

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
) -> str:
    """Fetch the tenant's metrics in the Prometheus text format. 400 means that the server has no Prometheus, 403
    that the tenant is not entitled.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

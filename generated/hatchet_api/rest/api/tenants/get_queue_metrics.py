# Generated from specs/ by `python -m codegen`; do not edit.
"""Count queued, running and pending work, for the tenant and per workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant_queue_metrics import TenantQueueMetrics

_ANSWERS: Mapping[int, runtime.Reader[TenantQueueMetrics]] = {
    200: runtime.Json[TenantQueueMetrics](TenantQueueMetrics),
}


def build(
    tenant: UUID | str,
    *,
    workflows: Sequence[str] | None = None,
    additional_metadata: Sequence[str] | None = None,
) -> runtime.Operation[TenantQueueMetrics]:
    """Count queued, running and pending work, for the tenant and per workflow.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflows: Only rows of these workflows.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
    """
    return runtime.Operation(
        name="tenant:get:queue-metrics",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/queue-metrics",
        answers=_ANSWERS,
        query=runtime.query(
            ("workflows", workflows),
            ("additionalMetadata", additional_metadata),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    workflows: Sequence[str] | None = None,
    additional_metadata: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> TenantQueueMetrics:
    """Count queued, running and pending work, for the tenant and per workflow.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflows: Only rows of these workflows.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
    """
    operation = build(
        tenant,
        workflows=workflows,
        additional_metadata=additional_metadata,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    workflows: Sequence[str] | None = None,
    additional_metadata: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> TenantQueueMetrics:
    """Count queued, running and pending work, for the tenant and per workflow.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflows: Only rows of these workflows.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
    """
    operation = build(
        tenant,
        workflows=workflows,
        additional_metadata=additional_metadata,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Count what is queued per action, and per concurrency key where a workflow has one."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.tenant_step_run_queue_metrics import TenantStepRunQueueMetrics

_ANSWERS: Mapping[int, runtime.Reader[TenantStepRunQueueMetrics]] = {
    200: runtime.Json[TenantStepRunQueueMetrics](TenantStepRunQueueMetrics),
}


def build(
    tenant: UUID | str,
) -> runtime.Operation[TenantStepRunQueueMetrics]:
    """Count what is queued per action, and per concurrency key where a workflow has one.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    return runtime.Operation(
        name="tenant:get:step-run-queue-metrics",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/step-run-queue-metrics",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> TenantStepRunQueueMetrics:
    """Count what is queued per action, and per concurrency key where a workflow has one.

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
) -> TenantStepRunQueueMetrics:
    """Count what is queued per action, and per concurrency key where a workflow has one.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
    """
    operation = build(
        tenant,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Start a scheduled run now instead of at its time."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.trigger_run_result import TriggerRunResult

_ANSWERS: Mapping[int, runtime.Reader[TriggerRunResult]] = {
    200: runtime.Json[TriggerRunResult](TriggerRunResult),
}


def build(
    tenant: UUID | str,
    scheduled_workflow_run: UUID | str,
) -> runtime.Operation[TriggerRunResult]:
    """Start a scheduled run now instead of at its time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        scheduled_workflow_run: Id of the scheduled run.
    """
    return runtime.Operation(
        name="workflow-scheduled:trigger",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/scheduled/{runtime.segment('scheduled_workflow_run', scheduled_workflow_run)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    scheduled_workflow_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> TriggerRunResult:
    """Start a scheduled run now instead of at its time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        scheduled_workflow_run: Id of the scheduled run.
    """
    operation = build(
        tenant,
        scheduled_workflow_run,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    scheduled_workflow_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> TriggerRunResult:
    """Start a scheduled run now instead of at its time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        scheduled_workflow_run: Id of the scheduled run.
    """
    operation = build(
        tenant,
        scheduled_workflow_run,
    )
    return await runtime.asend(client, operation, timeout=timeout)

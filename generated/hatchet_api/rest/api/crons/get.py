# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one cron trigger."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.cron_workflows import CronWorkflows

_ANSWERS: Mapping[int, runtime.Reader[CronWorkflows]] = {
    200: runtime.Json[CronWorkflows](CronWorkflows),
}


def build(
    tenant: UUID | str,
    cron_workflow: UUID | str,
) -> runtime.Operation[CronWorkflows]:
    """Fetch one cron trigger.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        cron_workflow: Id of the cron trigger.
    """
    return runtime.Operation(
        name="workflow-cron:get",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/crons/{runtime.segment('cron_workflow', cron_workflow)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    cron_workflow: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> CronWorkflows:
    """Fetch one cron trigger.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        cron_workflow: Id of the cron trigger.
    """
    operation = build(
        tenant,
        cron_workflow,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    cron_workflow: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> CronWorkflows:
    """Fetch one cron trigger.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        cron_workflow: Id of the cron trigger.
    """
    operation = build(
        tenant,
        cron_workflow,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Enable or disable a cron trigger."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.update_cron_workflow_trigger_request import UpdateCronWorkflowTriggerRequest

_ANSWERS: Mapping[int, runtime.Reader[None]] = {
    204: runtime.nothing,
}


def build(
    tenant: UUID | str,
    cron_workflow: UUID | str,
    body: UpdateCronWorkflowTriggerRequest,
) -> runtime.Operation[None]:
    """Enable or disable a cron trigger.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        cron_workflow: Id of the cron trigger.
        body: What to send.
    """
    return runtime.Operation(
        name="workflow-cron:update",
        method="PATCH",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/crons/{runtime.segment('cron_workflow', cron_workflow)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    cron_workflow: UUID | str,
    body: UpdateCronWorkflowTriggerRequest,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Enable or disable a cron trigger.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        cron_workflow: Id of the cron trigger.
        body: What to send.
    """
    operation = build(
        tenant,
        cron_workflow,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    cron_workflow: UUID | str,
    body: UpdateCronWorkflowTriggerRequest,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Enable or disable a cron trigger.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        cron_workflow: Id of the cron trigger.
        body: What to send.
    """
    operation = build(
        tenant,
        cron_workflow,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

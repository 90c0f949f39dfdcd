# Generated from specs/ by `python -m codegen`; do not edit.
"""Move a scheduled run to another time."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.scheduled_workflows import ScheduledWorkflows
from ...models.update_scheduled_workflow_run_request import UpdateScheduledWorkflowRunRequest

_ANSWERS: Mapping[int, runtime.Reader[ScheduledWorkflows]] = {
    200: runtime.Json[ScheduledWorkflows](ScheduledWorkflows),
}


def build(
    tenant: UUID | str,
    scheduled_workflow_run: UUID | str,
    body: UpdateScheduledWorkflowRunRequest,
) -> runtime.Operation[ScheduledWorkflows]:
    """Move a scheduled run to another time. A run that has fired gives 400, one declared in code 403.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        scheduled_workflow_run: Id of the scheduled run.
        body: What to send.
    """
    return runtime.Operation(
        name="workflow-scheduled:update",
        method="PATCH",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/scheduled/{runtime.segment('scheduled_workflow_run', scheduled_workflow_run)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    scheduled_workflow_run: UUID | str,
    body: UpdateScheduledWorkflowRunRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflows:
    """Move a scheduled run to another time. A run that has fired gives 400, one declared in code 403.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        scheduled_workflow_run: Id of the scheduled run.
        body: What to send.
    """
    operation = build(
        tenant,
        scheduled_workflow_run,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    scheduled_workflow_run: UUID | str,
    body: UpdateScheduledWorkflowRunRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflows:
    """Move a scheduled run to another time. A run that has fired gives 400, one declared in code 403.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        scheduled_workflow_run: Id of the scheduled run.
        body: What to send.
    """
    operation = build(
        tenant,
        scheduled_workflow_run,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

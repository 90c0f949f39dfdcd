# Generated from specs/ by `python -m codegen`; do not edit.
"""Schedule one run of a workflow, given by name, for a point in time."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.schedule_workflow_run_request import ScheduleWorkflowRunRequest
from ...models.scheduled_workflows import ScheduledWorkflows

_ANSWERS: Mapping[int, runtime.Reader[ScheduledWorkflows]] = {
    200: runtime.Json[ScheduledWorkflows](ScheduledWorkflows),
}


def build(
    tenant: UUID | str,
    workflow: str,
    body: ScheduleWorkflowRunRequest,
) -> runtime.Operation[ScheduledWorkflows]:
    """Schedule one run of a workflow, given by name, for a point in time. A time in the past fires at the next
    poll.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow: Name of the workflow, with its namespace.
        body: What to send.
    """
    return runtime.Operation(
        name="scheduled-workflow-run:create",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/{runtime.segment('workflow', workflow)}/scheduled",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    workflow: str,
    body: ScheduleWorkflowRunRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflows:
    """Schedule one run of a workflow, given by name, for a point in time. A time in the past fires at the next
    poll.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow: Name of the workflow, with its namespace.
        body: What to send.
    """
    operation = build(
        tenant,
        workflow,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    workflow: str,
    body: ScheduleWorkflowRunRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflows:
    """Schedule one run of a workflow, given by name, for a point in time. A time in the past fires at the next
    poll.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow: Name of the workflow, with its namespace.
        body: What to send.
    """
    operation = build(
        tenant,
        workflow,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

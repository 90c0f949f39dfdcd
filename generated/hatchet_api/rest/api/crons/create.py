# Generated from specs/ by `python -m codegen`; do not edit.
"""Add a cron trigger to a workflow, given by name."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.create_cron_workflow_trigger_request import CreateCronWorkflowTriggerRequest
from ...models.cron_workflows import CronWorkflows

_ANSWERS: Mapping[int, runtime.Reader[CronWorkflows]] = {
    200: runtime.Json[CronWorkflows](CronWorkflows),
}


def build(
    tenant: UUID | str,
    workflow: str,
    body: CreateCronWorkflowTriggerRequest,
) -> runtime.Operation[CronWorkflows]:
    """Add a cron trigger to a workflow, given by name. The pair of name and expression must be new.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow: Name of the workflow, with its namespace.
        body: What to send.
    """
    return runtime.Operation(
        name="cron-workflow-trigger:create",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/{runtime.segment('workflow', workflow)}/crons",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    workflow: str,
    body: CreateCronWorkflowTriggerRequest,
    *,
    timeout: runtime.Timeout = None,
) -> CronWorkflows:
    """Add a cron trigger to a workflow, given by name. The pair of name and expression must be new.

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
    body: CreateCronWorkflowTriggerRequest,
    *,
    timeout: runtime.Timeout = None,
) -> CronWorkflows:
    """Add a cron trigger to a workflow, given by name. The pair of name and expression must be new.

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

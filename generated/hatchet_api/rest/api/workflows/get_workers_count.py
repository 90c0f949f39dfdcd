# Generated from specs/ by `python -m codegen`; do not edit.
"""Count the slots that workers offer for a workflow, free and in all."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow_workers_count import WorkflowWorkersCount

_ANSWERS: Mapping[int, runtime.Reader[WorkflowWorkersCount]] = {
    200: runtime.Json[WorkflowWorkersCount](WorkflowWorkersCount),
}


def build(
    tenant: UUID | str,
    workflow: UUID | str,
) -> runtime.Operation[WorkflowWorkersCount]:
    """Count the slots that workers offer for a workflow, free and in all.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow: Id of the workflow.
    """
    return runtime.Operation(
        name="workflow:get:workers-count",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/{runtime.segment('workflow', workflow)}/worker-count",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    workflow: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> WorkflowWorkersCount:
    """Count the slots that workers offer for a workflow, free and in all.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow: Id of the workflow.
    """
    operation = build(
        tenant,
        workflow,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    workflow: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> WorkflowWorkersCount:
    """Count the slots that workers offer for a workflow, free and in all.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow: Id of the workflow.
    """
    operation = build(
        tenant,
        workflow,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Count runs of the older generation by status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow_runs_metrics import WorkflowRunsMetrics

_ANSWERS: Mapping[int, runtime.Reader[WorkflowRunsMetrics]] = {
    200: runtime.Json[WorkflowRunsMetrics](WorkflowRunsMetrics),
}


def build(
    tenant: UUID | str,
    *,
    event_id: UUID | str | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
) -> runtime.Operation[WorkflowRunsMetrics]:
    """Count runs of the older generation by status.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        event_id: Only runs that this event triggered.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only rows whose parent is this run.
        parent_step_run_id: Only rows whose parent is this step run.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        created_after: Only what was created after this time.
        created_before: Only what was created before this time.
    """
    return runtime.Operation(
        name="workflow-run:get:metrics",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/runs/metrics",
        answers=_ANSWERS,
        query=runtime.query(
            ("eventId", event_id),
            ("workflowId", workflow_id),
            ("parentWorkflowRunId", parent_workflow_run_id),
            ("parentStepRunId", parent_step_run_id),
            ("additionalMetadata", additional_metadata),
            ("createdAfter", created_after),
            ("createdBefore", created_before),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    event_id: UUID | str | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowRunsMetrics:
    """Count runs of the older generation by status.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        event_id: Only runs that this event triggered.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only rows whose parent is this run.
        parent_step_run_id: Only rows whose parent is this step run.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        created_after: Only what was created after this time.
        created_before: Only what was created before this time.
    """
    operation = build(
        tenant,
        event_id=event_id,
        workflow_id=workflow_id,
        parent_workflow_run_id=parent_workflow_run_id,
        parent_step_run_id=parent_step_run_id,
        additional_metadata=additional_metadata,
        created_after=created_after,
        created_before=created_before,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    event_id: UUID | str | None = None,
    workflow_id: UUID | str | None = None,
    parent_workflow_run_id: UUID | str | None = None,
    parent_step_run_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowRunsMetrics:
    """Count runs of the older generation by status.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        event_id: Only runs that this event triggered.
        workflow_id: Only rows of this workflow.
        parent_workflow_run_id: Only rows whose parent is this run.
        parent_step_run_id: Only rows whose parent is this step run.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        created_after: Only what was created after this time.
        created_before: Only what was created before this time.
    """
    operation = build(
        tenant,
        event_id=event_id,
        workflow_id=workflow_id,
        parent_workflow_run_id=parent_workflow_run_id,
        parent_step_run_id=parent_step_run_id,
        additional_metadata=additional_metadata,
        created_after=created_after,
        created_before=created_before,
    )
    return await runtime.asend(client, operation, timeout=timeout)

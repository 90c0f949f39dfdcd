# Generated from specs/ by `python -m codegen`; do not edit.
"""Count the runs of a workflow by concurrency group."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow_metrics import WorkflowMetrics
from ...models.workflow_run_status import WorkflowRunStatus

_ANSWERS: Mapping[int, runtime.Reader[WorkflowMetrics]] = {
    200: runtime.Json[WorkflowMetrics](WorkflowMetrics),
}


def build(
    workflow: UUID | str,
    *,
    status: WorkflowRunStatus | None = None,
    group_key: str | None = None,
) -> runtime.Operation[WorkflowMetrics]:
    """Count the runs of a workflow by concurrency group.

    Args:
        workflow: Id of the workflow.
        status: Only runs in this status.
        group_key: Only this concurrency group.
    """
    return runtime.Operation(
        name="workflow:get:metrics",
        method="GET",
        path=f"/api/v1/workflows/{runtime.segment('workflow', workflow)}/metrics",
        answers=_ANSWERS,
        query=runtime.query(
            ("status", status),
            ("groupKey", group_key),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    workflow: UUID | str,
    *,
    status: WorkflowRunStatus | None = None,
    group_key: str | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowMetrics:
    """Count the runs of a workflow by concurrency group.

    Args:
        workflow: Id of the workflow.
        status: Only runs in this status.
        group_key: Only this concurrency group.
    """
    operation = build(
        workflow,
        status=status,
        group_key=group_key,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    workflow: UUID | str,
    *,
    status: WorkflowRunStatus | None = None,
    group_key: str | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowMetrics:
    """Count the runs of a workflow by concurrency group.

    Args:
        workflow: Id of the workflow.
        status: Only runs in this status.
        group_key: Only this concurrency group.
    """
    operation = build(
        workflow,
        status=status,
        group_key=group_key,
    )
    return await runtime.asend(client, operation, timeout=timeout)

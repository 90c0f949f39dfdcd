# Generated from specs/ by `python -m codegen`; do not edit.
"""Pause or resume a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow import Workflow
from ...models.workflow_update_request import WorkflowUpdateRequest

_ANSWERS: Mapping[int, runtime.Reader[Workflow]] = {
    200: runtime.Json[Workflow](Workflow),
}


def build(
    workflow: UUID | str,
    body: WorkflowUpdateRequest,
) -> runtime.Operation[Workflow]:
    """Pause or resume a workflow. While it is paused new runs are stored but not queued; what is running goes on.

    Args:
        workflow: Id of the workflow.
        body: What to send.
    """
    return runtime.Operation(
        name="workflow:update",
        method="PATCH",
        path=f"/api/v1/workflows/{runtime.segment('workflow', workflow)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    workflow: UUID | str,
    body: WorkflowUpdateRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Workflow:
    """Pause or resume a workflow. While it is paused new runs are stored but not queued; what is running goes on.

    Args:
        workflow: Id of the workflow.
        body: What to send.
    """
    operation = build(
        workflow,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    workflow: UUID | str,
    body: WorkflowUpdateRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Workflow:
    """Pause or resume a workflow. While it is paused new runs are stored but not queued; what is running goes on.

    Args:
        workflow: Id of the workflow.
        body: What to send.
    """
    operation = build(
        workflow,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

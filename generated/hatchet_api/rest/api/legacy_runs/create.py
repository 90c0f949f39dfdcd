# Generated from specs/ by `python -m codegen`; do not edit.
"""Start a run of the older generation by workflow id."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.trigger_workflow_run_request import TriggerWorkflowRunRequest
from ...models.workflow_run import WorkflowRun

_ANSWERS: Mapping[int, runtime.Reader[WorkflowRun]] = {
    200: runtime.Json[WorkflowRun](WorkflowRun),
}


def build(
    workflow: UUID | str,
    body: TriggerWorkflowRunRequest,
    *,
    version: UUID | str | None = None,
) -> runtime.Operation[WorkflowRun]:
    """Start a run of the older generation by workflow id.

    Args:
        workflow: Id of the workflow.
        body: What to send.
        version: Id of the workflow version; the newest when left out.
    """
    return runtime.Operation(
        name="workflow-run:create",
        method="POST",
        path=f"/api/v1/workflows/{runtime.segment('workflow', workflow)}/trigger",
        answers=_ANSWERS,
        query=runtime.query(
            ("version", version),
        ),
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    workflow: UUID | str,
    body: TriggerWorkflowRunRequest,
    *,
    version: UUID | str | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowRun:
    """Start a run of the older generation by workflow id.

    Args:
        workflow: Id of the workflow.
        body: What to send.
        version: Id of the workflow version; the newest when left out.
    """
    operation = build(
        workflow,
        body,
        version=version,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    workflow: UUID | str,
    body: TriggerWorkflowRunRequest,
    *,
    version: UUID | str | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowRun:
    """Start a run of the older generation by workflow id.

    Args:
        workflow: Id of the workflow.
        body: What to send.
        version: Id of the workflow version; the newest when left out.
    """
    operation = build(
        workflow,
        body,
        version=version,
    )
    return await runtime.asend(client, operation, timeout=timeout)

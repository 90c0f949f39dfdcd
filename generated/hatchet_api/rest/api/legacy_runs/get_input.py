# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch the input of a run of the older generation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow_run_get_input_response import WorkflowRunGetInputResponse

_ANSWERS: Mapping[int, runtime.Reader[WorkflowRunGetInputResponse]] = {
    200: runtime.Json[WorkflowRunGetInputResponse](WorkflowRunGetInputResponse),
}


def build(
    tenant: UUID | str,
    workflow_run: UUID | str,
) -> runtime.Operation[WorkflowRunGetInputResponse]:
    """Fetch the input of a run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_run: Id of the run.
    """
    return runtime.Operation(
        name="workflow-run:get:input",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflow-runs/{runtime.segment('workflow_run', workflow_run)}/input",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    workflow_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> WorkflowRunGetInputResponse:
    """Fetch the input of a run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_run: Id of the run.
    """
    operation = build(
        tenant,
        workflow_run,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    workflow_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> WorkflowRunGetInputResponse:
    """Fetch the input of a run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_run: Id of the run.
    """
    operation = build(
        tenant,
        workflow_run,
    )
    return await runtime.asend(client, operation, timeout=timeout)

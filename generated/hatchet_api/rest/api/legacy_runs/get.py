# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch a run of the older generation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow_run import WorkflowRun

_ANSWERS: Mapping[int, runtime.Reader[WorkflowRun]] = {
    200: runtime.Json[WorkflowRun](WorkflowRun),
}


def build(
    tenant: UUID | str,
    workflow_run: UUID | str,
) -> runtime.Operation[WorkflowRun]:
    """Fetch a run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_run: Id of the run.
    """
    return runtime.Operation(
        name="workflow-run:get",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflow-runs/{runtime.segment('workflow_run', workflow_run)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    workflow_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> WorkflowRun:
    """Fetch a run of the older generation.

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
) -> WorkflowRun:
    """Fetch a run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_run: Id of the run.
    """
    operation = build(
        tenant,
        workflow_run,
    )
    return await runtime.asend(client, operation, timeout=timeout)

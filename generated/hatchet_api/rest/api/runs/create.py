# Generated from specs/ by `python -m codegen`; do not edit.
"""Start a run by workflow name."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_trigger_workflow_run_request import V1TriggerWorkflowRunRequest
from ...models.v1_workflow_run_details import V1WorkflowRunDetails

_ANSWERS: Mapping[int, runtime.Reader[V1WorkflowRunDetails]] = {
    200: runtime.Json[V1WorkflowRunDetails](V1WorkflowRunDetails),
}


def build(
    tenant: UUID | str,
    body: V1TriggerWorkflowRunRequest,
) -> runtime.Operation[V1WorkflowRunDetails]:
    """Start a run by workflow name. Unless only the id is asked for, the server waits up to ten seconds until the
    run can be read back.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-workflow-run:create",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/workflow-runs/trigger",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1TriggerWorkflowRunRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1WorkflowRunDetails:
    """Start a run by workflow name. Unless only the id is asked for, the server waits up to ten seconds until the
    run can be read back.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    body: V1TriggerWorkflowRunRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1WorkflowRunDetails:
    """Start a run by workflow name. Unless only the id is asked for, the server waits up to ten seconds until the
    run can be read back.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

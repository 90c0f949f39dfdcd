# Generated from specs/ by `python -m codegen`; do not edit.
"""Cancel runs of the older generation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow_run_cancel_response import WorkflowRunCancelResponse
from ...models.workflow_runs_cancel_request import WorkflowRunsCancelRequest

_ANSWERS: Mapping[int, runtime.Reader[WorkflowRunCancelResponse]] = {
    200: runtime.Json[WorkflowRunCancelResponse](WorkflowRunCancelResponse),
}


def build(
    tenant: UUID | str,
    body: WorkflowRunsCancelRequest,
) -> runtime.Operation[WorkflowRunCancelResponse]:
    """Cancel runs of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="workflow-run:cancel",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/cancel",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: WorkflowRunsCancelRequest,
    *,
    timeout: runtime.Timeout = None,
) -> WorkflowRunCancelResponse:
    """Cancel runs of the older generation.

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
    body: WorkflowRunsCancelRequest,
    *,
    timeout: runtime.Timeout = None,
) -> WorkflowRunCancelResponse:
    """Cancel runs of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

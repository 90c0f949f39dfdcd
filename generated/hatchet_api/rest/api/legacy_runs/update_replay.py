# Generated from specs/ by `python -m codegen`; do not edit.
"""Start runs of the older generation again, at most 500 in one request."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.replay_workflow_runs_request import ReplayWorkflowRunsRequest
from ...models.replay_workflow_runs_response import ReplayWorkflowRunsResponse

_ANSWERS: Mapping[int, runtime.Reader[ReplayWorkflowRunsResponse]] = {
    200: runtime.Json[ReplayWorkflowRunsResponse](ReplayWorkflowRunsResponse),
}


def build(
    tenant: UUID | str,
    body: ReplayWorkflowRunsRequest,
) -> runtime.Operation[ReplayWorkflowRunsResponse]:
    """Start runs of the older generation again, at most 500 in one request.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="workflow-run:update:replay",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflow-runs/replay",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: ReplayWorkflowRunsRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ReplayWorkflowRunsResponse:
    """Start runs of the older generation again, at most 500 in one request.

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
    body: ReplayWorkflowRunsRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ReplayWorkflowRunsResponse:
    """Start runs of the older generation again, at most 500 in one request.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Move up to 500 scheduled runs."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.scheduled_workflows_bulk_update_request import ScheduledWorkflowsBulkUpdateRequest
from ...models.scheduled_workflows_bulk_update_response import ScheduledWorkflowsBulkUpdateResponse

_ANSWERS: Mapping[int, runtime.Reader[ScheduledWorkflowsBulkUpdateResponse]] = {
    200: runtime.Json[ScheduledWorkflowsBulkUpdateResponse](ScheduledWorkflowsBulkUpdateResponse),
}


def build(
    tenant: UUID | str,
    body: ScheduledWorkflowsBulkUpdateRequest,
) -> runtime.Operation[ScheduledWorkflowsBulkUpdateResponse]:
    """Move up to 500 scheduled runs. What could not be moved is listed in a reply of status 200.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="workflow-scheduled:bulk-update",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/scheduled/bulk-update",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: ScheduledWorkflowsBulkUpdateRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflowsBulkUpdateResponse:
    """Move up to 500 scheduled runs. What could not be moved is listed in a reply of status 200.

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
    body: ScheduledWorkflowsBulkUpdateRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflowsBulkUpdateResponse:
    """Move up to 500 scheduled runs. What could not be moved is listed in a reply of status 200.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

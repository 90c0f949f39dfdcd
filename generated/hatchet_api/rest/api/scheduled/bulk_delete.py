# Generated from specs/ by `python -m codegen`; do not edit.
"""Delete up to 500 scheduled runs, by ids or by a filter, never both."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.scheduled_workflows_bulk_delete_request import ScheduledWorkflowsBulkDeleteRequest
from ...models.scheduled_workflows_bulk_delete_response import ScheduledWorkflowsBulkDeleteResponse

_ANSWERS: Mapping[int, runtime.Reader[ScheduledWorkflowsBulkDeleteResponse]] = {
    200: runtime.Json[ScheduledWorkflowsBulkDeleteResponse](ScheduledWorkflowsBulkDeleteResponse),
}


def build(
    tenant: UUID | str,
    body: ScheduledWorkflowsBulkDeleteRequest,
) -> runtime.Operation[ScheduledWorkflowsBulkDeleteResponse]:
    """Delete up to 500 scheduled runs, by ids or by a filter, never both. What could not be deleted is listed in a
    reply of status 200.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="workflow-scheduled:bulk-delete",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/scheduled/bulk-delete",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: ScheduledWorkflowsBulkDeleteRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflowsBulkDeleteResponse:
    """Delete up to 500 scheduled runs, by ids or by a filter, never both. What could not be deleted is listed in a
    reply of status 200.

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
    body: ScheduledWorkflowsBulkDeleteRequest,
    *,
    timeout: runtime.Timeout = None,
) -> ScheduledWorkflowsBulkDeleteResponse:
    """Delete up to 500 scheduled runs, by ids or by a filter, never both. What could not be deleted is listed in a
    reply of status 200.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

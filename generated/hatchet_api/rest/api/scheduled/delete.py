# Generated from specs/ by `python -m codegen`; do not edit.
"""Delete a scheduled run."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime

_ANSWERS: Mapping[int, runtime.Reader[None]] = {
    204: runtime.nothing,
}


def build(
    tenant: UUID | str,
    scheduled_workflow_run: UUID | str,
) -> runtime.Operation[None]:
    """Delete a scheduled run. One that was declared in code gives 403.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        scheduled_workflow_run: Id of the scheduled run.
    """
    return runtime.Operation(
        name="workflow-scheduled:delete",
        method="DELETE",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/scheduled/{runtime.segment('scheduled_workflow_run', scheduled_workflow_run)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    scheduled_workflow_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete a scheduled run. One that was declared in code gives 403.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        scheduled_workflow_run: Id of the scheduled run.
    """
    operation = build(
        tenant,
        scheduled_workflow_run,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    scheduled_workflow_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete a scheduled run. One that was declared in code gives 403.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        scheduled_workflow_run: Id of the scheduled run.
    """
    operation = build(
        tenant,
        scheduled_workflow_run,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Delete a cron trigger."""

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
    cron_workflow: UUID | str,
) -> runtime.Operation[None]:
    """Delete a cron trigger.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        cron_workflow: Id of the cron trigger.
    """
    return runtime.Operation(
        name="workflow-cron:delete",
        method="DELETE",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflows/crons/{runtime.segment('cron_workflow', cron_workflow)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    cron_workflow: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete a cron trigger.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        cron_workflow: Id of the cron trigger.
    """
    operation = build(
        tenant,
        cron_workflow,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    cron_workflow: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete a cron trigger.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        cron_workflow: Id of the cron trigger.
    """
    operation = build(
        tenant,
        cron_workflow,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""List the events of all step runs of one run of the older generation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.step_run_event_list import StepRunEventList

_ANSWERS: Mapping[int, runtime.Reader[StepRunEventList]] = {
    200: runtime.Json[StepRunEventList](StepRunEventList),
}


def build(
    tenant: UUID | str,
    workflow_run: UUID | str,
    *,
    last_id: int | None = None,
) -> runtime.Operation[StepRunEventList]:
    """List the events of all step runs of one run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_run: Id of the run.
        last_id: Only events with a greater id than this one, to continue where the last answer ended.
    """
    return runtime.Operation(
        name="workflow-run:list:step-run-events",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/workflow-runs/{runtime.segment('workflow_run', workflow_run)}/step-run-events",
        answers=_ANSWERS,
        query=runtime.query(
            ("lastId", last_id),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    workflow_run: UUID | str,
    *,
    last_id: int | None = None,
    timeout: runtime.Timeout = None,
) -> StepRunEventList:
    """List the events of all step runs of one run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_run: Id of the run.
        last_id: Only events with a greater id than this one, to continue where the last answer ended.
    """
    operation = build(
        tenant,
        workflow_run,
        last_id=last_id,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    workflow_run: UUID | str,
    *,
    last_id: int | None = None,
    timeout: runtime.Timeout = None,
) -> StepRunEventList:
    """List the events of all step runs of one run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        workflow_run: Id of the run.
        last_id: Only events with a greater id than this one, to continue where the last answer ended.
    """
    operation = build(
        tenant,
        workflow_run,
        last_id=last_id,
    )
    return await runtime.asend(client, operation, timeout=timeout)

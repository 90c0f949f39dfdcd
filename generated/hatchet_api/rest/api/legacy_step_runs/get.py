# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one step run of the older generation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.step_run import StepRun

_ANSWERS: Mapping[int, runtime.Reader[StepRun]] = {
    200: runtime.Json[StepRun](StepRun),
}


def build(
    tenant: UUID | str,
    step_run: UUID | str,
) -> runtime.Operation[StepRun]:
    """Fetch one step run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        step_run: Id of the step run.
    """
    return runtime.Operation(
        name="step-run:get",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/step-runs/{runtime.segment('step_run', step_run)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    step_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> StepRun:
    """Fetch one step run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        step_run: Id of the step run.
    """
    operation = build(
        tenant,
        step_run,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    step_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> StepRun:
    """Fetch one step run of the older generation.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        step_run: Id of the step run.
    """
    operation = build(
        tenant,
        step_run,
    )
    return await runtime.asend(client, operation, timeout=timeout)

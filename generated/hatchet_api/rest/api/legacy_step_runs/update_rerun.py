# Generated from specs/ by `python -m codegen`; do not edit.
"""Run a step of the older generation again with another input."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.rerun_step_run_request import RerunStepRunRequest
from ...models.step_run import StepRun

_ANSWERS: Mapping[int, runtime.Reader[StepRun]] = {
    200: runtime.Json[StepRun](StepRun),
}


def build(
    tenant: UUID | str,
    step_run: UUID | str,
    body: RerunStepRunRequest,
) -> runtime.Operation[StepRun]:
    """Run a step of the older generation again with another input.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        step_run: Id of the step run.
        body: What to send.
    """
    return runtime.Operation(
        name="step-run:update:rerun",
        method="POST",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/step-runs/{runtime.segment('step_run', step_run)}/rerun",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    step_run: UUID | str,
    body: RerunStepRunRequest,
    *,
    timeout: runtime.Timeout = None,
) -> StepRun:
    """Run a step of the older generation again with another input.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        step_run: Id of the step run.
        body: What to send.
    """
    operation = build(
        tenant,
        step_run,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    step_run: UUID | str,
    body: RerunStepRunRequest,
    *,
    timeout: runtime.Timeout = None,
) -> StepRun:
    """Run a step of the older generation again with another input.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        step_run: Id of the step run.
        body: What to send.
    """
    operation = build(
        tenant,
        step_run,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

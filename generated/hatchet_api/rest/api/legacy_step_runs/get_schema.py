# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch the JSON schema that the input of a step run of the older generation has."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.step_run_get_schema_response import StepRunGetSchemaResponse

_ANSWERS: Mapping[int, runtime.Reader[StepRunGetSchemaResponse]] = {
    200: runtime.Json[StepRunGetSchemaResponse](StepRunGetSchemaResponse),
}


def build(
    tenant: UUID | str,
    step_run: UUID | str,
) -> runtime.Operation[StepRunGetSchemaResponse]:
    """Fetch the JSON schema that the input of a step run of the older generation has.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        step_run: Id of the step run.
    """
    return runtime.Operation(
        name="step-run:get:schema",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/step-runs/{runtime.segment('step_run', step_run)}/schema",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    step_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> StepRunGetSchemaResponse:
    """Fetch the JSON schema that the input of a step run of the older generation has.

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
) -> StepRunGetSchemaResponse:
    """Fetch the JSON schema that the input of a step run of the older generation has.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        step_run: Id of the step run.
    """
    operation = build(
        tenant,
        step_run,
    )
    return await runtime.asend(client, operation, timeout=timeout)

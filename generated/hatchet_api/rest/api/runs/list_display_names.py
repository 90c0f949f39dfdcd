# Generated from specs/ by `python -m codegen`; do not edit.
"""Translate run ids into the display names that people see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_workflow_run_display_name_list import V1WorkflowRunDisplayNameList

_ANSWERS: Mapping[int, runtime.Reader[V1WorkflowRunDisplayNameList]] = {
    200: runtime.Json[V1WorkflowRunDisplayNameList](V1WorkflowRunDisplayNameList),
}


def build(
    tenant: UUID | str,
    *,
    external_ids: Sequence[UUID | str],
) -> runtime.Operation[V1WorkflowRunDisplayNameList]:
    """Translate run ids into the display names that people see.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        external_ids: External ids of the runs.
    """
    return runtime.Operation(
        name="v1-workflow-run:display-names:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/workflow-runs/display-names",
        answers=_ANSWERS,
        query=runtime.query(
            ("external_ids", external_ids),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    external_ids: Sequence[UUID | str],
    timeout: runtime.Timeout = None,
) -> V1WorkflowRunDisplayNameList:
    """Translate run ids into the display names that people see.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        external_ids: External ids of the runs.
    """
    operation = build(
        tenant,
        external_ids=external_ids,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    external_ids: Sequence[UUID | str],
    timeout: runtime.Timeout = None,
) -> V1WorkflowRunDisplayNameList:
    """Translate run ids into the display names that people see.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        external_ids: External ids of the runs.
    """
    operation = build(
        tenant,
        external_ids=external_ids,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Count successes and failures in equal intervals of time, as a chart needs them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_task_point_metrics import V1TaskPointMetrics

_ANSWERS: Mapping[int, runtime.Reader[V1TaskPointMetrics]] = {
    200: runtime.Json[V1TaskPointMetrics](V1TaskPointMetrics),
}


def build(
    tenant: UUID | str,
    *,
    created_after: datetime | None = None,
    finished_before: datetime | None = None,
) -> runtime.Operation[V1TaskPointMetrics]:
    """Count successes and failures in equal intervals of time, as a chart needs them.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        created_after: Only what was created after this time.
        finished_before: Only what finished before this time.
    """
    return runtime.Operation(
        name="v1-task:get:point-metrics",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/task-point-metrics",
        answers=_ANSWERS,
        query=runtime.query(
            ("createdAfter", created_after),
            ("finishedBefore", finished_before),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    created_after: datetime | None = None,
    finished_before: datetime | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskPointMetrics:
    """Count successes and failures in equal intervals of time, as a chart needs them.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        created_after: Only what was created after this time.
        finished_before: Only what finished before this time.
    """
    operation = build(
        tenant,
        created_after=created_after,
        finished_before=finished_before,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    created_after: datetime | None = None,
    finished_before: datetime | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskPointMetrics:
    """Count successes and failures in equal intervals of time, as a chart needs them.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        created_after: Only what was created after this time.
        finished_before: Only what finished before this time.
    """
    operation = build(
        tenant,
        created_after=created_after,
        finished_before=finished_before,
    )
    return await runtime.asend(client, operation, timeout=timeout)

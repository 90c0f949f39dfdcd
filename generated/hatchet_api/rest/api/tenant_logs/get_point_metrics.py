# Generated from specs/ by `python -m codegen`; do not edit.
"""Count the tenant's log lines per level in equal intervals of time, as a chart needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_log_line_level import V1LogLineLevel
from ...models.v1_logs_point_metrics import V1LogsPointMetrics

_ANSWERS: Mapping[int, runtime.Reader[V1LogsPointMetrics]] = {
    200: runtime.Json[V1LogsPointMetrics](V1LogsPointMetrics),
}


def build(
    tenant: UUID | str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str | None = None,
    levels: Sequence[V1LogLineLevel] | None = None,
    task_external_ids: Sequence[UUID | str] | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    step_ids: Sequence[UUID | str] | None = None,
) -> runtime.Operation[V1LogsPointMetrics]:
    """Count the tenant's log lines per level in equal intervals of time, as a chart needs them.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Only lines written after this time.
        until: Only lines written before this time.
        search: Only rows that contain this text.
        levels: Only lines of one of these levels.
        task_external_ids: Only lines of these task runs.
        workflow_ids: Only rows of these workflows.
        step_ids: Only lines of these steps.
    """
    return runtime.Operation(
        name="v1-tenant-log-line:get:point-metrics",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/log-point-metrics",
        answers=_ANSWERS,
        query=runtime.query(
            ("since", since),
            ("until", until),
            ("search", search),
            ("levels", levels),
            ("taskExternalIds", task_external_ids),
            ("workflow_ids", workflow_ids),
            ("step_ids", step_ids),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str | None = None,
    levels: Sequence[V1LogLineLevel] | None = None,
    task_external_ids: Sequence[UUID | str] | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    step_ids: Sequence[UUID | str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1LogsPointMetrics:
    """Count the tenant's log lines per level in equal intervals of time, as a chart needs them.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Only lines written after this time.
        until: Only lines written before this time.
        search: Only rows that contain this text.
        levels: Only lines of one of these levels.
        task_external_ids: Only lines of these task runs.
        workflow_ids: Only rows of these workflows.
        step_ids: Only lines of these steps.
    """
    operation = build(
        tenant,
        since=since,
        until=until,
        search=search,
        levels=levels,
        task_external_ids=task_external_ids,
        workflow_ids=workflow_ids,
        step_ids=step_ids,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str | None = None,
    levels: Sequence[V1LogLineLevel] | None = None,
    task_external_ids: Sequence[UUID | str] | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    step_ids: Sequence[UUID | str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1LogsPointMetrics:
    """Count the tenant's log lines per level in equal intervals of time, as a chart needs them.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Only lines written after this time.
        until: Only lines written before this time.
        search: Only rows that contain this text.
        levels: Only lines of one of these levels.
        task_external_ids: Only lines of these task runs.
        workflow_ids: Only rows of these workflows.
        step_ids: Only lines of these steps.
    """
    operation = build(
        tenant,
        since=since,
        until=until,
        search=search,
        levels=levels,
        task_external_ids=task_external_ids,
        workflow_ids=workflow_ids,
        step_ids=step_ids,
    )
    return await runtime.asend(client, operation, timeout=timeout)

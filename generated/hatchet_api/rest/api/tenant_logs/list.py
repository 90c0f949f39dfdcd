# Generated from specs/ by `python -m codegen`; do not edit.
"""List log lines of the whole tenant, narrowed by task, workflow or step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_log_line_level import V1LogLineLevel
from ...models.v1_log_line_list import V1LogLineList
from ...models.v1_log_line_order_by_direction import V1LogLineOrderByDirection

_ANSWERS: Mapping[int, runtime.Reader[V1LogLineList]] = {
    200: runtime.Json[V1LogLineList](V1LogLineList),
}


def build(
    tenant: UUID | str,
    *,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str | None = None,
    levels: Sequence[V1LogLineLevel] | None = None,
    order_by_direction: V1LogLineOrderByDirection | None = None,
    attempt: int | None = None,
    task_external_ids: Sequence[UUID | str] | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    step_ids: Sequence[UUID | str] | None = None,
) -> runtime.Operation[V1LogLineList]:
    """List log lines of the whole tenant, narrowed by task, workflow or step.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        limit: Largest number of lines to return: 50 when left out, at most 10000.
        since: Only lines written after this time.
        until: Only lines written before this time.
        search: Only lines that contain this text, in any case of letters.
        levels: Only lines of one of these levels.
        order_by_direction: Order by time: ASC, the default, gives the oldest line first.
        attempt: Only lines of this attempt, counted from 1; all attempts when left out.
        task_external_ids: Only lines of these task runs.
        workflow_ids: Only rows of these workflows.
        step_ids: Only lines of these steps.
    """
    return runtime.Operation(
        name="v1-tenant-log-line:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/logs",
        answers=_ANSWERS,
        query=runtime.query(
            ("limit", limit),
            ("since", since),
            ("until", until),
            ("search", search),
            ("levels", levels),
            ("order_by_direction", order_by_direction),
            ("attempt", attempt),
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
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str | None = None,
    levels: Sequence[V1LogLineLevel] | None = None,
    order_by_direction: V1LogLineOrderByDirection | None = None,
    attempt: int | None = None,
    task_external_ids: Sequence[UUID | str] | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    step_ids: Sequence[UUID | str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1LogLineList:
    """List log lines of the whole tenant, narrowed by task, workflow or step.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        limit: Largest number of lines to return: 50 when left out, at most 10000.
        since: Only lines written after this time.
        until: Only lines written before this time.
        search: Only lines that contain this text, in any case of letters.
        levels: Only lines of one of these levels.
        order_by_direction: Order by time: ASC, the default, gives the oldest line first.
        attempt: Only lines of this attempt, counted from 1; all attempts when left out.
        task_external_ids: Only lines of these task runs.
        workflow_ids: Only rows of these workflows.
        step_ids: Only lines of these steps.
    """
    operation = build(
        tenant,
        limit=limit,
        since=since,
        until=until,
        search=search,
        levels=levels,
        order_by_direction=order_by_direction,
        attempt=attempt,
        task_external_ids=task_external_ids,
        workflow_ids=workflow_ids,
        step_ids=step_ids,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str | None = None,
    levels: Sequence[V1LogLineLevel] | None = None,
    order_by_direction: V1LogLineOrderByDirection | None = None,
    attempt: int | None = None,
    task_external_ids: Sequence[UUID | str] | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    step_ids: Sequence[UUID | str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1LogLineList:
    """List log lines of the whole tenant, narrowed by task, workflow or step.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        limit: Largest number of lines to return: 50 when left out, at most 10000.
        since: Only lines written after this time.
        until: Only lines written before this time.
        search: Only lines that contain this text, in any case of letters.
        levels: Only lines of one of these levels.
        order_by_direction: Order by time: ASC, the default, gives the oldest line first.
        attempt: Only lines of this attempt, counted from 1; all attempts when left out.
        task_external_ids: Only lines of these task runs.
        workflow_ids: Only rows of these workflows.
        step_ids: Only lines of these steps.
    """
    operation = build(
        tenant,
        limit=limit,
        since=since,
        until=until,
        search=search,
        levels=levels,
        order_by_direction=order_by_direction,
        attempt=attempt,
        task_external_ids=task_external_ids,
        workflow_ids=workflow_ids,
        step_ids=step_ids,
    )
    return await runtime.asend(client, operation, timeout=timeout)

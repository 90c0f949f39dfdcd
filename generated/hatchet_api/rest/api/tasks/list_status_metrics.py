# Generated from specs/ by `python -m codegen`; do not edit.
"""Count task runs by status in a span of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_task_run_metric import V1TaskRunMetric

_ANSWERS: Mapping[int, runtime.Reader[list[V1TaskRunMetric]]] = {
    200: runtime.Json[list[V1TaskRunMetric]](list[V1TaskRunMetric]),
}


def build(
    tenant: UUID | str,
    *,
    since: datetime,
    until: datetime | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    parent_task_external_id: UUID | str | None = None,
    triggering_event_external_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
) -> runtime.Operation[list[V1TaskRunMetric]]:
    """Count task runs by status in a span of time. Every status is present, with 0 where nothing matches.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        workflow_ids: Only rows of these workflows.
        parent_task_external_id: Only task runs that this task spawned.
        triggering_event_external_id: Only runs that this event triggered.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
    """
    return runtime.Operation(
        name="v1-task:list:status-metrics",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/task-metrics",
        answers=_ANSWERS,
        query=runtime.query(
            ("since", since),
            ("until", until),
            ("workflow_ids", workflow_ids),
            ("parent_task_external_id", parent_task_external_id),
            ("triggering_event_external_id", triggering_event_external_id),
            ("additional_metadata", additional_metadata),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    since: datetime,
    until: datetime | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    parent_task_external_id: UUID | str | None = None,
    triggering_event_external_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> list[V1TaskRunMetric]:
    """Count task runs by status in a span of time. Every status is present, with 0 where nothing matches.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        workflow_ids: Only rows of these workflows.
        parent_task_external_id: Only task runs that this task spawned.
        triggering_event_external_id: Only runs that this event triggered.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
    """
    operation = build(
        tenant,
        since=since,
        until=until,
        workflow_ids=workflow_ids,
        parent_task_external_id=parent_task_external_id,
        triggering_event_external_id=triggering_event_external_id,
        additional_metadata=additional_metadata,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    since: datetime,
    until: datetime | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    parent_task_external_id: UUID | str | None = None,
    triggering_event_external_id: UUID | str | None = None,
    additional_metadata: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> list[V1TaskRunMetric]:
    """Count task runs by status in a span of time. Every status is present, with 0 where nothing matches.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        workflow_ids: Only rows of these workflows.
        parent_task_external_id: Only task runs that this task spawned.
        triggering_event_external_id: Only runs that this event triggered.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
    """
    operation = build(
        tenant,
        since=since,
        until=until,
        workflow_ids=workflow_ids,
        parent_task_external_id=parent_task_external_id,
        triggering_event_external_id=triggering_event_external_id,
        additional_metadata=additional_metadata,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""List only the ids of the runs that match, for bulk work such as cancelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_running_filter import V1RunningFilter
from ...models.v1_task_status import V1TaskStatus

_ANSWERS: Mapping[int, runtime.Reader[list[str] | None]] = {
    200: runtime.Json[list[str] | None](list[str] | None),
}


def build(
    tenant: UUID | str,
    *,
    since: datetime,
    statuses: Sequence[V1TaskStatus] | None = None,
    until: datetime | None = None,
    additional_metadata: Sequence[str] | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    running_filter: V1RunningFilter | None = None,
) -> runtime.Operation[list[str] | None]:
    """List only the ids of the runs that match, for bulk work such as cancelling.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        statuses: Only runs in one of these statuses; RUNNING includes evicted runs.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        workflow_ids: Only rows of these workflows.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
    """
    return runtime.Operation(
        name="v1-workflow-run:external-ids:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/workflow-runs/external-ids",
        answers=_ANSWERS,
        query=runtime.query(
            ("statuses", statuses),
            ("since", since),
            ("until", until),
            ("additional_metadata", additional_metadata),
            ("workflow_ids", workflow_ids),
            ("running_filter", running_filter),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    since: datetime,
    statuses: Sequence[V1TaskStatus] | None = None,
    until: datetime | None = None,
    additional_metadata: Sequence[str] | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    running_filter: V1RunningFilter | None = None,
    timeout: runtime.Timeout = None,
) -> list[str] | None:
    """List only the ids of the runs that match, for bulk work such as cancelling.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        statuses: Only runs in one of these statuses; RUNNING includes evicted runs.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        workflow_ids: Only rows of these workflows.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
    """
    operation = build(
        tenant,
        since=since,
        statuses=statuses,
        until=until,
        additional_metadata=additional_metadata,
        workflow_ids=workflow_ids,
        running_filter=running_filter,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    since: datetime,
    statuses: Sequence[V1TaskStatus] | None = None,
    until: datetime | None = None,
    additional_metadata: Sequence[str] | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    running_filter: V1RunningFilter | None = None,
    timeout: runtime.Timeout = None,
) -> list[str] | None:
    """List only the ids of the runs that match, for bulk work such as cancelling.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        statuses: Only runs in one of these statuses; RUNNING includes evicted runs.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        workflow_ids: Only rows of these workflows.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
    """
    operation = build(
        tenant,
        since=since,
        statuses=statuses,
        until=until,
        additional_metadata=additional_metadata,
        workflow_ids=workflow_ids,
        running_filter=running_filter,
    )
    return await runtime.asend(client, operation, timeout=timeout)

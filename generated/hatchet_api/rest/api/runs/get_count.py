# Generated from specs/ by `python -m codegen`; do not edit.
"""Count the runs that the run list would show for the same filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_additional_metadata_operator import V1AdditionalMetadataOperator
from ...models.v1_running_filter import V1RunningFilter
from ...models.v1_task_status import V1TaskStatus
from ...models.v1_workflow_run_count import V1WorkflowRunCount

_ANSWERS: Mapping[int, runtime.Reader[V1WorkflowRunCount]] = {
    200: runtime.Json[V1WorkflowRunCount](V1WorkflowRunCount),
}


def build(
    tenant: UUID | str,
    *,
    since: datetime,
    only_tasks: bool,
    statuses: Sequence[V1TaskStatus] | None = None,
    until: datetime | None = None,
    additional_metadata: Sequence[str] | None = None,
    additional_metadata_operator: V1AdditionalMetadataOperator | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    worker_id: UUID | str | None = None,
    parent_task_external_id: UUID | str | None = None,
    triggering_event_external_id: UUID | str | None = None,
    running_filter: V1RunningFilter | None = None,
    idempotency_keys: Sequence[str] | None = None,
) -> runtime.Operation[V1WorkflowRunCount]:
    """Count the runs that the run list would show for the same filters. Counting stops at a cap, so read a value
    at the cap as "at least". Since v0.111.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        only_tasks: Count task runs (true) or runs (false), where a DAG counts once.
        statuses: Only rows in one of these statuses; all when left out.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        additional_metadata_operator: How several metadata pairs combine: any of them (OR, the default) or all of
            them (AND).
        workflow_ids: Only rows of these workflows.
        worker_id: Only task runs of this worker; has effect only where task runs are listed.
        parent_task_external_id: Only runs that this task spawned; has effect on lists of runs, not of task runs.
        triggering_event_external_id: Only runs that this event triggered.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
        idempotency_keys: Only runs with one of these idempotency keys.
    """
    return runtime.Operation(
        name="v1-workflow-run:count:get",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/workflow-runs/count",
        answers=_ANSWERS,
        query=runtime.query(
            ("statuses", statuses),
            ("since", since),
            ("until", until),
            ("additional_metadata", additional_metadata),
            ("additional_metadata_operator", additional_metadata_operator),
            ("workflow_ids", workflow_ids),
            ("worker_id", worker_id),
            ("only_tasks", only_tasks),
            ("parent_task_external_id", parent_task_external_id),
            ("triggering_event_external_id", triggering_event_external_id),
            ("running_filter", running_filter),
            ("idempotency_keys", idempotency_keys),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    since: datetime,
    only_tasks: bool,
    statuses: Sequence[V1TaskStatus] | None = None,
    until: datetime | None = None,
    additional_metadata: Sequence[str] | None = None,
    additional_metadata_operator: V1AdditionalMetadataOperator | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    worker_id: UUID | str | None = None,
    parent_task_external_id: UUID | str | None = None,
    triggering_event_external_id: UUID | str | None = None,
    running_filter: V1RunningFilter | None = None,
    idempotency_keys: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1WorkflowRunCount:
    """Count the runs that the run list would show for the same filters. Counting stops at a cap, so read a value
    at the cap as "at least". Since v0.111.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        only_tasks: Count task runs (true) or runs (false), where a DAG counts once.
        statuses: Only rows in one of these statuses; all when left out.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        additional_metadata_operator: How several metadata pairs combine: any of them (OR, the default) or all of
            them (AND).
        workflow_ids: Only rows of these workflows.
        worker_id: Only task runs of this worker; has effect only where task runs are listed.
        parent_task_external_id: Only runs that this task spawned; has effect on lists of runs, not of task runs.
        triggering_event_external_id: Only runs that this event triggered.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
        idempotency_keys: Only runs with one of these idempotency keys.
    """
    operation = build(
        tenant,
        since=since,
        only_tasks=only_tasks,
        statuses=statuses,
        until=until,
        additional_metadata=additional_metadata,
        additional_metadata_operator=additional_metadata_operator,
        workflow_ids=workflow_ids,
        worker_id=worker_id,
        parent_task_external_id=parent_task_external_id,
        triggering_event_external_id=triggering_event_external_id,
        running_filter=running_filter,
        idempotency_keys=idempotency_keys,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    since: datetime,
    only_tasks: bool,
    statuses: Sequence[V1TaskStatus] | None = None,
    until: datetime | None = None,
    additional_metadata: Sequence[str] | None = None,
    additional_metadata_operator: V1AdditionalMetadataOperator | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    worker_id: UUID | str | None = None,
    parent_task_external_id: UUID | str | None = None,
    triggering_event_external_id: UUID | str | None = None,
    running_filter: V1RunningFilter | None = None,
    idempotency_keys: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1WorkflowRunCount:
    """Count the runs that the run list would show for the same filters. Counting stops at a cap, so read a value
    at the cap as "at least". Since v0.111.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        only_tasks: Count task runs (true) or runs (false), where a DAG counts once.
        statuses: Only rows in one of these statuses; all when left out.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        additional_metadata_operator: How several metadata pairs combine: any of them (OR, the default) or all of
            them (AND).
        workflow_ids: Only rows of these workflows.
        worker_id: Only task runs of this worker; has effect only where task runs are listed.
        parent_task_external_id: Only runs that this task spawned; has effect on lists of runs, not of task runs.
        triggering_event_external_id: Only runs that this event triggered.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
        idempotency_keys: Only runs with one of these idempotency keys.
    """
    operation = build(
        tenant,
        since=since,
        only_tasks=only_tasks,
        statuses=statuses,
        until=until,
        additional_metadata=additional_metadata,
        additional_metadata_operator=additional_metadata_operator,
        workflow_ids=workflow_ids,
        worker_id=worker_id,
        parent_task_external_id=parent_task_external_id,
        triggering_event_external_id=triggering_event_external_id,
        running_filter=running_filter,
        idempotency_keys=idempotency_keys,
    )
    return await runtime.asend(client, operation, timeout=timeout)

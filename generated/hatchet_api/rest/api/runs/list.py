# Generated from specs/ by `python -m codegen`; do not edit.
"""List runs, or task runs, created in a span of time, newest first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_additional_metadata_operator import V1AdditionalMetadataOperator
from ...models.v1_running_filter import V1RunningFilter
from ...models.v1_task_status import V1TaskStatus
from ...models.v1_task_summary import V1TaskSummary
from ...models.v1_task_summary_list import V1TaskSummaryList

_ANSWERS: Mapping[int, runtime.Reader[V1TaskSummaryList]] = {
    200: runtime.Json[V1TaskSummaryList](V1TaskSummaryList),
}


def build(
    tenant: UUID | str,
    *,
    since: datetime,
    only_tasks: bool,
    offset: int | None = None,
    limit: int | None = None,
    statuses: Sequence[V1TaskStatus] | None = None,
    until: datetime | None = None,
    additional_metadata: Sequence[str] | None = None,
    additional_metadata_operator: V1AdditionalMetadataOperator | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    worker_id: UUID | str | None = None,
    parent_task_external_id: UUID | str | None = None,
    triggering_event_external_id: UUID | str | None = None,
    include_payloads: bool | None = None,
    running_filter: V1RunningFilter | None = None,
    idempotency_keys: Sequence[str] | None = None,
) -> runtime.Operation[V1TaskSummaryList]:
    """List runs, or task runs, created in a span of time, newest first. Totals are counted up to 20000.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        only_tasks: List task runs (true) or runs (false), where a DAG holds its tasks as children.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        statuses: Only runs in one of these statuses; RUNNING includes evicted runs.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        additional_metadata_operator: How several metadata pairs combine: any of them (OR, the default) or all of
            them (AND).
        workflow_ids: Only rows of these workflows.
        worker_id: Only task runs of this worker; has effect only where task runs are listed.
        parent_task_external_id: Only runs that this task spawned; has effect on lists of runs, not of task runs.
        triggering_event_external_id: Only runs that this event triggered.
        include_payloads: Whether rows carry input and output; without them the answer is far smaller.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
        idempotency_keys: Only runs with one of these idempotency keys.
    """
    return runtime.Operation(
        name="v1-workflow-run:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/workflow-runs",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
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
            ("include_payloads", include_payloads),
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
    offset: int | None = None,
    limit: int | None = None,
    statuses: Sequence[V1TaskStatus] | None = None,
    until: datetime | None = None,
    additional_metadata: Sequence[str] | None = None,
    additional_metadata_operator: V1AdditionalMetadataOperator | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    worker_id: UUID | str | None = None,
    parent_task_external_id: UUID | str | None = None,
    triggering_event_external_id: UUID | str | None = None,
    include_payloads: bool | None = None,
    running_filter: V1RunningFilter | None = None,
    idempotency_keys: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskSummaryList:
    """List runs, or task runs, created in a span of time, newest first. Totals are counted up to 20000.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        only_tasks: List task runs (true) or runs (false), where a DAG holds its tasks as children.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        statuses: Only runs in one of these statuses; RUNNING includes evicted runs.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        additional_metadata_operator: How several metadata pairs combine: any of them (OR, the default) or all of
            them (AND).
        workflow_ids: Only rows of these workflows.
        worker_id: Only task runs of this worker; has effect only where task runs are listed.
        parent_task_external_id: Only runs that this task spawned; has effect on lists of runs, not of task runs.
        triggering_event_external_id: Only runs that this event triggered.
        include_payloads: Whether rows carry input and output; without them the answer is far smaller.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
        idempotency_keys: Only runs with one of these idempotency keys.
    """
    operation = build(
        tenant,
        since=since,
        only_tasks=only_tasks,
        offset=offset,
        limit=limit,
        statuses=statuses,
        until=until,
        additional_metadata=additional_metadata,
        additional_metadata_operator=additional_metadata_operator,
        workflow_ids=workflow_ids,
        worker_id=worker_id,
        parent_task_external_id=parent_task_external_id,
        triggering_event_external_id=triggering_event_external_id,
        include_payloads=include_payloads,
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
    offset: int | None = None,
    limit: int | None = None,
    statuses: Sequence[V1TaskStatus] | None = None,
    until: datetime | None = None,
    additional_metadata: Sequence[str] | None = None,
    additional_metadata_operator: V1AdditionalMetadataOperator | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    worker_id: UUID | str | None = None,
    parent_task_external_id: UUID | str | None = None,
    triggering_event_external_id: UUID | str | None = None,
    include_payloads: bool | None = None,
    running_filter: V1RunningFilter | None = None,
    idempotency_keys: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskSummaryList:
    """List runs, or task runs, created in a span of time, newest first. Totals are counted up to 20000.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        only_tasks: List task runs (true) or runs (false), where a DAG holds its tasks as children.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        statuses: Only runs in one of these statuses; RUNNING includes evicted runs.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        additional_metadata_operator: How several metadata pairs combine: any of them (OR, the default) or all of
            them (AND).
        workflow_ids: Only rows of these workflows.
        worker_id: Only task runs of this worker; has effect only where task runs are listed.
        parent_task_external_id: Only runs that this task spawned; has effect on lists of runs, not of task runs.
        triggering_event_external_id: Only runs that this event triggered.
        include_payloads: Whether rows carry input and output; without them the answer is far smaller.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
        idempotency_keys: Only runs with one of these idempotency keys.
    """
    operation = build(
        tenant,
        since=since,
        only_tasks=only_tasks,
        offset=offset,
        limit=limit,
        statuses=statuses,
        until=until,
        additional_metadata=additional_metadata,
        additional_metadata_operator=additional_metadata_operator,
        workflow_ids=workflow_ids,
        worker_id=worker_id,
        parent_task_external_id=parent_task_external_id,
        triggering_event_external_id=triggering_event_external_id,
        include_payloads=include_payloads,
        running_filter=running_filter,
        idempotency_keys=idempotency_keys,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
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
    include_payloads: bool | None = None,
    running_filter: V1RunningFilter | None = None,
    idempotency_keys: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[V1TaskSummary]:
    """List runs, or task runs, created in a span of time, newest first. Go through all rows, asking for a page at
    a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        only_tasks: List task runs (true) or runs (false), where a DAG holds its tasks as children.
        statuses: Only runs in one of these statuses; RUNNING includes evicted runs.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        additional_metadata_operator: How several metadata pairs combine: any of them (OR, the default) or all of
            them (AND).
        workflow_ids: Only rows of these workflows.
        worker_id: Only task runs of this worker; has effect only where task runs are listed.
        parent_task_external_id: Only runs that this task spawned; has effect on lists of runs, not of task runs.
        triggering_event_external_id: Only runs that this event triggered.
        include_payloads: Whether rows carry input and output; without them the answer is far smaller.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
        idempotency_keys: Only runs with one of these idempotency keys.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1TaskSummaryList]:
        return build(
            tenant,
            since=since,
            only_tasks=only_tasks,
            offset=offset,
            limit=limit,
            statuses=statuses,
            until=until,
            additional_metadata=additional_metadata,
            additional_metadata_operator=additional_metadata_operator,
            workflow_ids=workflow_ids,
            worker_id=worker_id,
            parent_task_external_id=parent_task_external_id,
            triggering_event_external_id=triggering_event_external_id,
            include_payloads=include_payloads,
            running_filter=running_filter,
            idempotency_keys=idempotency_keys,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
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
    include_payloads: bool | None = None,
    running_filter: V1RunningFilter | None = None,
    idempotency_keys: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[V1TaskSummary]:
    """List runs, or task runs, created in a span of time, newest first. Go through all rows, asking for a page at
    a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        since: Start of the span of time, tested against the creation time, inclusive.
        only_tasks: List task runs (true) or runs (false), where a DAG holds its tasks as children.
        statuses: Only runs in one of these statuses; RUNNING includes evicted runs.
        until: End of the span of time, tested against the creation time, inclusive; now when left out.
        additional_metadata: Only runs with this metadata, as `key:value` pairs split at the first colon. Of several
            pairs one suffices, unless the operator says otherwise.
        additional_metadata_operator: How several metadata pairs combine: any of them (OR, the default) or all of
            them (AND).
        workflow_ids: Only rows of these workflows.
        worker_id: Only task runs of this worker; has effect only where task runs are listed.
        parent_task_external_id: Only runs that this task spawned; has effect on lists of runs, not of task runs.
        triggering_event_external_id: Only runs that this event triggered.
        include_payloads: Whether rows carry input and output; without them the answer is far smaller.
        running_filter: Which running runs are meant: all, only evicted ones, or only those on a worker.
        idempotency_keys: Only runs with one of these idempotency keys.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1TaskSummaryList]:
        return build(
            tenant,
            since=since,
            only_tasks=only_tasks,
            offset=offset,
            limit=limit,
            statuses=statuses,
            until=until,
            additional_metadata=additional_metadata,
            additional_metadata_operator=additional_metadata_operator,
            workflow_ids=workflow_ids,
            worker_id=worker_id,
            parent_task_external_id=parent_task_external_id,
            triggering_event_external_id=triggering_event_external_id,
            include_payloads=include_payloads,
            running_filter=running_filter,
            idempotency_keys=idempotency_keys,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: V1TaskSummaryList) -> runtime.Page[V1TaskSummary]:
    return runtime.Page(answer.rows or (), answer.pagination)

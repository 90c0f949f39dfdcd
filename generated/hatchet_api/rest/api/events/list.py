# Generated from specs/ by `python -m codegen`; do not edit.
"""List the events that were pushed, most recently seen first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_event import V1Event
from ...models.v1_event_list import V1EventList
from ...models.v1_task_status import V1TaskStatus

_ANSWERS: Mapping[int, runtime.Reader[V1EventList]] = {
    200: runtime.Json[V1EventList](V1EventList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    keys: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    workflow_run_statuses: Sequence[V1TaskStatus] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
    additional_metadata: Sequence[str] | None = None,
    scopes: Sequence[str] | None = None,
) -> runtime.Operation[V1EventList]:
    """List the events that were pushed, most recently seen first. Without a start the last 24 hours are searched;
    several metadata pairs must all match.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        keys: Only events with one of these keys.
        since: Only events seen since this time; 24 hours ago when left out.
        until: Only events seen up to this time.
        workflow_ids: Only rows of these workflows.
        workflow_run_statuses: Only events with a triggered run in one of these statuses.
        event_ids: Only these events.
        additional_metadata: Only events with all of this metadata, as `key:value` pairs.
        scopes: Only rows with one of these scopes.
    """
    return runtime.Operation(
        name="v1-event:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/events",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("keys", keys),
            ("since", since),
            ("until", until),
            ("workflowIds", workflow_ids),
            ("workflowRunStatuses", workflow_run_statuses),
            ("eventIds", event_ids),
            ("additionalMetadata", additional_metadata),
            ("scopes", scopes),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    keys: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    workflow_run_statuses: Sequence[V1TaskStatus] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
    additional_metadata: Sequence[str] | None = None,
    scopes: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1EventList:
    """List the events that were pushed, most recently seen first. Without a start the last 24 hours are searched;
    several metadata pairs must all match.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        keys: Only events with one of these keys.
        since: Only events seen since this time; 24 hours ago when left out.
        until: Only events seen up to this time.
        workflow_ids: Only rows of these workflows.
        workflow_run_statuses: Only events with a triggered run in one of these statuses.
        event_ids: Only these events.
        additional_metadata: Only events with all of this metadata, as `key:value` pairs.
        scopes: Only rows with one of these scopes.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        keys=keys,
        since=since,
        until=until,
        workflow_ids=workflow_ids,
        workflow_run_statuses=workflow_run_statuses,
        event_ids=event_ids,
        additional_metadata=additional_metadata,
        scopes=scopes,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    keys: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    workflow_run_statuses: Sequence[V1TaskStatus] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
    additional_metadata: Sequence[str] | None = None,
    scopes: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> V1EventList:
    """List the events that were pushed, most recently seen first. Without a start the last 24 hours are searched;
    several metadata pairs must all match.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        keys: Only events with one of these keys.
        since: Only events seen since this time; 24 hours ago when left out.
        until: Only events seen up to this time.
        workflow_ids: Only rows of these workflows.
        workflow_run_statuses: Only events with a triggered run in one of these statuses.
        event_ids: Only these events.
        additional_metadata: Only events with all of this metadata, as `key:value` pairs.
        scopes: Only rows with one of these scopes.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        keys=keys,
        since=since,
        until=until,
        workflow_ids=workflow_ids,
        workflow_run_statuses=workflow_run_statuses,
        event_ids=event_ids,
        additional_metadata=additional_metadata,
        scopes=scopes,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    keys: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    workflow_run_statuses: Sequence[V1TaskStatus] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
    additional_metadata: Sequence[str] | None = None,
    scopes: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[V1Event]:
    """List the events that were pushed, most recently seen first. Go through all rows, asking for a page at a
    time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        keys: Only events with one of these keys.
        since: Only events seen since this time; 24 hours ago when left out.
        until: Only events seen up to this time.
        workflow_ids: Only rows of these workflows.
        workflow_run_statuses: Only events with a triggered run in one of these statuses.
        event_ids: Only these events.
        additional_metadata: Only events with all of this metadata, as `key:value` pairs.
        scopes: Only rows with one of these scopes.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1EventList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            keys=keys,
            since=since,
            until=until,
            workflow_ids=workflow_ids,
            workflow_run_statuses=workflow_run_statuses,
            event_ids=event_ids,
            additional_metadata=additional_metadata,
            scopes=scopes,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    keys: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    workflow_ids: Sequence[UUID | str] | None = None,
    workflow_run_statuses: Sequence[V1TaskStatus] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
    additional_metadata: Sequence[str] | None = None,
    scopes: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[V1Event]:
    """List the events that were pushed, most recently seen first. Go through all rows, asking for a page at a
    time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        keys: Only events with one of these keys.
        since: Only events seen since this time; 24 hours ago when left out.
        until: Only events seen up to this time.
        workflow_ids: Only rows of these workflows.
        workflow_run_statuses: Only events with a triggered run in one of these statuses.
        event_ids: Only these events.
        additional_metadata: Only events with all of this metadata, as `key:value` pairs.
        scopes: Only rows with one of these scopes.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1EventList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            keys=keys,
            since=since,
            until=until,
            workflow_ids=workflow_ids,
            workflow_run_statuses=workflow_run_statuses,
            event_ids=event_ids,
            additional_metadata=additional_metadata,
            scopes=scopes,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: V1EventList) -> runtime.Page[V1Event]:
    return runtime.Page(answer.rows or (), answer.pagination)

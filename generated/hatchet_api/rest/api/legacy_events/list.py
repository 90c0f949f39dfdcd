# Generated from specs/ by `python -m codegen`; do not edit.
"""List events of the older generation; the stable list supersedes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.event import Event
from ...models.event_list import EventList
from ...models.event_order_by_direction import EventOrderByDirection
from ...models.event_order_by_field import EventOrderByField
from ...models.workflow_run_status import WorkflowRunStatus

_ANSWERS: Mapping[int, runtime.Reader[EventList]] = {
    200: runtime.Json[EventList](EventList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    keys: Sequence[str] | None = None,
    workflows: Sequence[str] | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    search: str | None = None,
    order_by_field: EventOrderByField | None = None,
    order_by_direction: EventOrderByDirection | None = None,
    additional_metadata: Sequence[str] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
) -> runtime.Operation[EventList]:
    """List events of the older generation; the stable list supersedes it.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        keys: Only events with one of these keys.
        workflows: Only rows of these workflows.
        statuses: Only rows in one of these statuses; all when left out.
        search: Only rows that contain this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        event_ids: Only these events.
    """
    return runtime.Operation(
        name="event:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/events",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("keys", keys),
            ("workflows", workflows),
            ("statuses", statuses),
            ("search", search),
            ("orderByField", order_by_field),
            ("orderByDirection", order_by_direction),
            ("additionalMetadata", additional_metadata),
            ("eventIds", event_ids),
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
    workflows: Sequence[str] | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    search: str | None = None,
    order_by_field: EventOrderByField | None = None,
    order_by_direction: EventOrderByDirection | None = None,
    additional_metadata: Sequence[str] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
    timeout: runtime.Timeout = None,
) -> EventList:
    """List events of the older generation; the stable list supersedes it.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        keys: Only events with one of these keys.
        workflows: Only rows of these workflows.
        statuses: Only rows in one of these statuses; all when left out.
        search: Only rows that contain this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        event_ids: Only these events.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        keys=keys,
        workflows=workflows,
        statuses=statuses,
        search=search,
        order_by_field=order_by_field,
        order_by_direction=order_by_direction,
        additional_metadata=additional_metadata,
        event_ids=event_ids,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    keys: Sequence[str] | None = None,
    workflows: Sequence[str] | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    search: str | None = None,
    order_by_field: EventOrderByField | None = None,
    order_by_direction: EventOrderByDirection | None = None,
    additional_metadata: Sequence[str] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
    timeout: runtime.Timeout = None,
) -> EventList:
    """List events of the older generation; the stable list supersedes it.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
        keys: Only events with one of these keys.
        workflows: Only rows of these workflows.
        statuses: Only rows in one of these statuses; all when left out.
        search: Only rows that contain this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        event_ids: Only these events.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        keys=keys,
        workflows=workflows,
        statuses=statuses,
        search=search,
        order_by_field=order_by_field,
        order_by_direction=order_by_direction,
        additional_metadata=additional_metadata,
        event_ids=event_ids,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    keys: Sequence[str] | None = None,
    workflows: Sequence[str] | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    search: str | None = None,
    order_by_field: EventOrderByField | None = None,
    order_by_direction: EventOrderByDirection | None = None,
    additional_metadata: Sequence[str] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[Event]:
    """List events of the older generation; the stable list supersedes it. Go through all rows, asking for a page
    at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        keys: Only events with one of these keys.
        workflows: Only rows of these workflows.
        statuses: Only rows in one of these statuses; all when left out.
        search: Only rows that contain this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        event_ids: Only these events.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[EventList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            keys=keys,
            workflows=workflows,
            statuses=statuses,
            search=search,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
            additional_metadata=additional_metadata,
            event_ids=event_ids,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    keys: Sequence[str] | None = None,
    workflows: Sequence[str] | None = None,
    statuses: Sequence[WorkflowRunStatus] | None = None,
    search: str | None = None,
    order_by_field: EventOrderByField | None = None,
    order_by_direction: EventOrderByDirection | None = None,
    additional_metadata: Sequence[str] | None = None,
    event_ids: Sequence[UUID | str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[Event]:
    """List events of the older generation; the stable list supersedes it. Go through all rows, asking for a page
    at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        keys: Only events with one of these keys.
        workflows: Only rows of these workflows.
        statuses: Only rows in one of these statuses; all when left out.
        search: Only rows that contain this text.
        order_by_field: Property to sort by.
        order_by_direction: Direction to sort in.
        additional_metadata: Only rows with this metadata, as `key:value` pairs.
        event_ids: Only these events.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[EventList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            keys=keys,
            workflows=workflows,
            statuses=statuses,
            search=search,
            order_by_field=order_by_field,
            order_by_direction=order_by_direction,
            additional_metadata=additional_metadata,
            event_ids=event_ids,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: EventList) -> runtime.Page[Event]:
    return runtime.Page(answer.rows or (), answer.pagination)

# Generated from specs/ by `python -m codegen`; do not edit.
"""List the recorded steps of a durable task: children started, waits, memoised values."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_durable_event_log_entry import V1DurableEventLogEntry

_ANSWERS: Mapping[int, runtime.Reader[list[V1DurableEventLogEntry]]] = {
    200: runtime.Json[list[V1DurableEventLogEntry]](list[V1DurableEventLogEntry]),
}


def build(
    tenant: UUID | str,
    durable_task: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
) -> runtime.Operation[list[V1DurableEventLogEntry]]:
    """List the recorded steps of a durable task: children started, waits, memoised values.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        durable_task: External id of the durable task run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    return runtime.Operation(
        name="v1-durable-task:event-log:list",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/durable-tasks/{runtime.segment('durable_task', durable_task)}",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    durable_task: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> list[V1DurableEventLogEntry]:
    """List the recorded steps of a durable task: children started, waits, memoised values.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        durable_task: External id of the durable task run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        tenant,
        durable_task,
        offset=offset,
        limit=limit,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    durable_task: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> list[V1DurableEventLogEntry]:
    """List the recorded steps of a durable task: children started, waits, memoised values.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        durable_task: External id of the durable task run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        tenant,
        durable_task,
        offset=offset,
        limit=limit,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    durable_task: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[V1DurableEventLogEntry]:
    """List the recorded steps of a durable task: children started, waits, memoised values. Go through all rows,
    asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        durable_task: External id of the durable task run.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[list[V1DurableEventLogEntry]]:
        return build(
            tenant,
            durable_task,
            offset=offset,
            limit=limit,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    durable_task: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[V1DurableEventLogEntry]:
    """List the recorded steps of a durable task: children started, waits, memoised values. Go through all rows,
    asking for a page at a time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        durable_task: External id of the durable task run.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[list[V1DurableEventLogEntry]]:
        return build(
            tenant,
            durable_task,
            offset=offset,
            limit=limit,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: list[V1DurableEventLogEntry]) -> runtime.Page[V1DurableEventLogEntry]:
    return runtime.Page(answer)

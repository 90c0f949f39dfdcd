# Generated from specs/ by `python -m codegen`; do not edit.
"""List the workers that sent a heartbeat in the last 24 hours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.worker import Worker
from ...models.worker_list import WorkerList
from ...models.worker_status import WorkerStatus

_ANSWERS: Mapping[int, runtime.Reader[WorkerList]] = {
    200: runtime.Json[WorkerList](WorkerList),
}


def build(
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    statuses: Sequence[WorkerStatus] | None = None,
    labels: Sequence[str] | None = None,
) -> runtime.Operation[WorkerList]:
    """List the workers that sent a heartbeat in the last 24 hours.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return: 10000 when left out.
        statuses: Only rows in one of these statuses; all when left out.
        labels: Only workers with this label, as `key:value`.
    """
    return runtime.Operation(
        name="worker:list",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/worker",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
            ("statuses", statuses),
            ("labels", labels),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    statuses: Sequence[WorkerStatus] | None = None,
    labels: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> WorkerList:
    """List the workers that sent a heartbeat in the last 24 hours.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return: 10000 when left out.
        statuses: Only rows in one of these statuses; all when left out.
        labels: Only workers with this label, as `key:value`.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        statuses=statuses,
        labels=labels,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    statuses: Sequence[WorkerStatus] | None = None,
    labels: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> WorkerList:
    """List the workers that sent a heartbeat in the last 24 hours.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return: 10000 when left out.
        statuses: Only rows in one of these statuses; all when left out.
        labels: Only workers with this label, as `key:value`.
    """
    operation = build(
        tenant,
        offset=offset,
        limit=limit,
        statuses=statuses,
        labels=labels,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    statuses: Sequence[WorkerStatus] | None = None,
    labels: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[Worker]:
    """List the workers that sent a heartbeat in the last 24 hours. Go through all rows, asking for a page at a
    time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        statuses: Only rows in one of these statuses; all when left out.
        labels: Only workers with this label, as `key:value`.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[WorkerList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            statuses=statuses,
            labels=labels,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    statuses: Sequence[WorkerStatus] | None = None,
    labels: Sequence[str] | None = None,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[Worker]:
    """List the workers that sent a heartbeat in the last 24 hours. Go through all rows, asking for a page at a
    time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        statuses: Only rows in one of these statuses; all when left out.
        labels: Only workers with this label, as `key:value`.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[WorkerList]:
        return build(
            tenant,
            offset=offset,
            limit=limit,
            statuses=statuses,
            labels=labels,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: WorkerList) -> runtime.Page[Worker]:
    return runtime.Page(answer.rows or (), answer.pagination)

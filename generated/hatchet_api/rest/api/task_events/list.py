# Generated from specs/ by `python -m codegen`; do not edit.
"""List what happened to one task run, attempt by attempt: queued, assigned, started, retried, finished."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_task_event import V1TaskEvent
from ...models.v1_task_event_list import V1TaskEventList

_ANSWERS: Mapping[int, runtime.Reader[V1TaskEventList]] = {
    200: runtime.Json[V1TaskEventList](V1TaskEventList),
}


def build(
    task: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
) -> runtime.Operation[V1TaskEventList]:
    """List what happened to one task run, attempt by attempt: queued, assigned, started, retried, finished.

    Args:
        task: External id of the task run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    return runtime.Operation(
        name="v1-task-event:list",
        method="GET",
        path=f"/api/v1/stable/tasks/{runtime.segment('task', task)}/task-events",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    task: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskEventList:
    """List what happened to one task run, attempt by attempt: queued, assigned, started, retried, finished.

    Args:
        task: External id of the task run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        task,
        offset=offset,
        limit=limit,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    task: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskEventList:
    """List what happened to one task run, attempt by attempt: queued, assigned, started, retried, finished.

    Args:
        task: External id of the task run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        task,
        offset=offset,
        limit=limit,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    task: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[V1TaskEvent]:
    """List what happened to one task run, attempt by attempt: queued, assigned, started, retried, finished. Go
    through all rows, asking for a page at a time.

    Args:
        task: External id of the task run.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1TaskEventList]:
        return build(
            task,
            offset=offset,
            limit=limit,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    task: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[V1TaskEvent]:
    """List what happened to one task run, attempt by attempt: queued, assigned, started, retried, finished. Go
    through all rows, asking for a page at a time.

    Args:
        task: External id of the task run.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1TaskEventList]:
        return build(
            task,
            offset=offset,
            limit=limit,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: V1TaskEventList) -> runtime.Page[V1TaskEvent]:
    return runtime.Page(answer.rows or (), answer.pagination)

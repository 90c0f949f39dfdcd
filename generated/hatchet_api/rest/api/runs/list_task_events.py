# Generated from specs/ by `python -m codegen`; do not edit.
"""List the events of all tasks of one run."""

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
    v1_workflow_run: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
) -> runtime.Operation[V1TaskEventList]:
    """List the events of all tasks of one run.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    return runtime.Operation(
        name="v1-workflow-run:task-events:list",
        method="GET",
        path=f"/api/v1/stable/workflow-runs/{runtime.segment('v1_workflow_run', v1_workflow_run)}/task-events",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    v1_workflow_run: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskEventList:
    """List the events of all tasks of one run.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        v1_workflow_run,
        offset=offset,
        limit=limit,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    v1_workflow_run: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskEventList:
    """List the events of all tasks of one run.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        v1_workflow_run,
        offset=offset,
        limit=limit,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    v1_workflow_run: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[V1TaskEvent]:
    """List the events of all tasks of one run. Go through all rows, asking for a page at a time.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1TaskEventList]:
        return build(
            v1_workflow_run,
            offset=offset,
            limit=limit,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    v1_workflow_run: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[V1TaskEvent]:
    """List the events of all tasks of one run. Go through all rows, asking for a page at a time.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[V1TaskEventList]:
        return build(
            v1_workflow_run,
            offset=offset,
            limit=limit,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: V1TaskEventList) -> runtime.Page[V1TaskEvent]:
    return runtime.Page(answer.rows or (), answer.pagination)

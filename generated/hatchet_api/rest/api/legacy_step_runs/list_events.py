# Generated from specs/ by `python -m codegen`; do not edit.
"""List the events of one step run of the older generation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.step_run_event import StepRunEvent
from ...models.step_run_event_list import StepRunEventList

_ANSWERS: Mapping[int, runtime.Reader[StepRunEventList]] = {
    200: runtime.Json[StepRunEventList](StepRunEventList),
}


def build(
    step_run: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
) -> runtime.Operation[StepRunEventList]:
    """List the events of one step run of the older generation.

    Args:
        step_run: Id of the step run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    return runtime.Operation(
        name="step-run:list:events",
        method="GET",
        path=f"/api/v1/step-runs/{runtime.segment('step_run', step_run)}/events",
        answers=_ANSWERS,
        query=runtime.query(
            ("offset", offset),
            ("limit", limit),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    step_run: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> StepRunEventList:
    """List the events of one step run of the older generation.

    Args:
        step_run: Id of the step run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        step_run,
        offset=offset,
        limit=limit,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    step_run: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> StepRunEventList:
    """List the events of one step run of the older generation.

    Args:
        step_run: Id of the step run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        step_run,
        offset=offset,
        limit=limit,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    step_run: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[StepRunEvent]:
    """List the events of one step run of the older generation. Go through all rows, asking for a page at a time.

    Args:
        step_run: Id of the step run.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[StepRunEventList]:
        return build(
            step_run,
            offset=offset,
            limit=limit,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    step_run: UUID | str,
    *,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[StepRunEvent]:
    """List the events of one step run of the older generation. Go through all rows, asking for a page at a time.

    Args:
        step_run: Id of the step run.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[StepRunEventList]:
        return build(
            step_run,
            offset=offset,
            limit=limit,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: StepRunEventList) -> runtime.Page[StepRunEvent]:
    return runtime.Page(answer.rows or (), answer.pagination)

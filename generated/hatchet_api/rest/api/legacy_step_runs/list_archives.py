# Generated from specs/ by `python -m codegen`; do not edit.
"""List the earlier attempts of one step run of the older generation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.step_run_archive import StepRunArchive
from ...models.step_run_archive_list import StepRunArchiveList

_ANSWERS: Mapping[int, runtime.Reader[StepRunArchiveList]] = {
    200: runtime.Json[StepRunArchiveList](StepRunArchiveList),
}


def build(
    step_run: UUID | str,
    *,
    offset: int | None = None,
    limit: int | None = None,
) -> runtime.Operation[StepRunArchiveList]:
    """List the earlier attempts of one step run of the older generation.

    Args:
        step_run: Id of the step run.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    return runtime.Operation(
        name="step-run:list:archives",
        method="GET",
        path=f"/api/v1/step-runs/{runtime.segment('step_run', step_run)}/archives",
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
) -> StepRunArchiveList:
    """List the earlier attempts of one step run of the older generation.

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
) -> StepRunArchiveList:
    """List the earlier attempts of one step run of the older generation.

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
) -> Iterator[StepRunArchive]:
    """List the earlier attempts of one step run of the older generation. Go through all rows, asking for a page at
    a time.

    Args:
        step_run: Id of the step run.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[StepRunArchiveList]:
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
) -> AsyncIterator[StepRunArchive]:
    """List the earlier attempts of one step run of the older generation. Go through all rows, asking for a page at
    a time.

    Args:
        step_run: Id of the step run.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[StepRunArchiveList]:
        return build(
            step_run,
            offset=offset,
            limit=limit,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: StepRunArchiveList) -> runtime.Page[StepRunArchive]:
    return runtime.Page(answer.rows or (), answer.pagination)

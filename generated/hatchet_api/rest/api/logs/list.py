# Generated from specs/ by `python -m codegen`; do not edit.
"""List the log lines of one task run, oldest first unless asked otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_log_line_level import V1LogLineLevel
from ...models.v1_log_line_list import V1LogLineList
from ...models.v1_log_line_order_by_direction import V1LogLineOrderByDirection

_ANSWERS: Mapping[int, runtime.Reader[V1LogLineList]] = {
    200: runtime.Json[V1LogLineList](V1LogLineList),
}


def build(
    task: UUID | str,
    *,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str | None = None,
    levels: Sequence[V1LogLineLevel] | None = None,
    order_by_direction: V1LogLineOrderByDirection | None = None,
    attempt: int | None = None,
) -> runtime.Operation[V1LogLineList]:
    """List the log lines of one task run, oldest first unless asked otherwise. The server gives 50 lines when no
    limit is sent and never more than 10000.

    Args:
        task: External id of the task run.
        limit: Largest number of lines to return: 50 when left out, at most 10000.
        since: Only lines written after this time.
        until: Only lines written before this time.
        search: Only lines that contain this text, in any case of letters.
        levels: Only lines of one of these levels.
        order_by_direction: Order by time: ASC, the default, gives the oldest line first.
        attempt: Only lines of this attempt, counted from 1; all attempts when left out.
    """
    return runtime.Operation(
        name="v1-log-line:list",
        method="GET",
        path=f"/api/v1/stable/tasks/{runtime.segment('task', task)}/logs",
        answers=_ANSWERS,
        query=runtime.query(
            ("limit", limit),
            ("since", since),
            ("until", until),
            ("search", search),
            ("levels", levels),
            ("order_by_direction", order_by_direction),
            ("attempt", attempt),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    task: UUID | str,
    *,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str | None = None,
    levels: Sequence[V1LogLineLevel] | None = None,
    order_by_direction: V1LogLineOrderByDirection | None = None,
    attempt: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1LogLineList:
    """List the log lines of one task run, oldest first unless asked otherwise. The server gives 50 lines when no
    limit is sent and never more than 10000.

    Args:
        task: External id of the task run.
        limit: Largest number of lines to return: 50 when left out, at most 10000.
        since: Only lines written after this time.
        until: Only lines written before this time.
        search: Only lines that contain this text, in any case of letters.
        levels: Only lines of one of these levels.
        order_by_direction: Order by time: ASC, the default, gives the oldest line first.
        attempt: Only lines of this attempt, counted from 1; all attempts when left out.
    """
    operation = build(
        task,
        limit=limit,
        since=since,
        until=until,
        search=search,
        levels=levels,
        order_by_direction=order_by_direction,
        attempt=attempt,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    task: UUID | str,
    *,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    search: str | None = None,
    levels: Sequence[V1LogLineLevel] | None = None,
    order_by_direction: V1LogLineOrderByDirection | None = None,
    attempt: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1LogLineList:
    """List the log lines of one task run, oldest first unless asked otherwise. The server gives 50 lines when no
    limit is sent and never more than 10000.

    Args:
        task: External id of the task run.
        limit: Largest number of lines to return: 50 when left out, at most 10000.
        since: Only lines written after this time.
        until: Only lines written before this time.
        search: Only lines that contain this text, in any case of letters.
        levels: Only lines of one of these levels.
        order_by_direction: Order by time: ASC, the default, gives the oldest line first.
        attempt: Only lines of this attempt, counted from 1; all attempts when left out.
    """
    operation = build(
        task,
        limit=limit,
        since=since,
        until=until,
        search=search,
        levels=levels,
        order_by_direction=order_by_direction,
        attempt=attempt,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one task run with its input, output and error."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_task_summary import V1TaskSummary

_ANSWERS: Mapping[int, runtime.Reader[V1TaskSummary]] = {
    200: runtime.Json[V1TaskSummary](V1TaskSummary),
}


def build(
    task: UUID | str,
    *,
    attempt: int | None = None,
) -> runtime.Operation[V1TaskSummary]:
    """Fetch one task run with its input, output and error. A task that is not part of a DAG shows its bare input
    here; lists show the whole envelope.

    Args:
        task: External id of the task run.
        attempt: Only this attempt, counted from 1; the latest when left out.
    """
    return runtime.Operation(
        name="v1-task:get",
        method="GET",
        path=f"/api/v1/stable/tasks/{runtime.segment('task', task)}",
        answers=_ANSWERS,
        query=runtime.query(
            ("attempt", attempt),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    task: UUID | str,
    *,
    attempt: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskSummary:
    """Fetch one task run with its input, output and error. A task that is not part of a DAG shows its bare input
    here; lists show the whole envelope.

    Args:
        task: External id of the task run.
        attempt: Only this attempt, counted from 1; the latest when left out.
    """
    operation = build(
        task,
        attempt=attempt,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    task: UUID | str,
    *,
    attempt: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskSummary:
    """Fetch one task run with its input, output and error. A task that is not part of a DAG shows its bare input
    here; lists show the whole envelope.

    Args:
        task: External id of the task run.
        attempt: Only this attempt, counted from 1; the latest when left out.
    """
    operation = build(
        task,
        attempt=attempt,
    )
    return await runtime.asend(client, operation, timeout=timeout)

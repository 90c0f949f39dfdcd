# Generated from specs/ by `python -m codegen`; do not edit.
"""Queue an evicted durable task again, so that it continues from its event log."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_restore_task_response import V1RestoreTaskResponse

_ANSWERS: Mapping[int, runtime.Reader[V1RestoreTaskResponse]] = {
    200: runtime.Json[V1RestoreTaskResponse](V1RestoreTaskResponse),
}


def build(
    task: UUID | str,
) -> runtime.Operation[V1RestoreTaskResponse]:
    """Queue an evicted durable task again, so that it continues from its event log.

    Args:
        task: External id of the task run.
    """
    return runtime.Operation(
        name="v1-task:restore",
        method="POST",
        path=f"/api/v1/stable/tasks/{runtime.segment('task', task)}/restore",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    task: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1RestoreTaskResponse:
    """Queue an evicted durable task again, so that it continues from its event log.

    Args:
        task: External id of the task run.
    """
    operation = build(
        task,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    task: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1RestoreTaskResponse:
    """Queue an evicted durable task again, so that it continues from its event log.

    Args:
        task: External id of the task run.
    """
    operation = build(
        task,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Count, per task name, what is queued and what is running, by queue and by concurrency key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import httpx

from ... import runtime
from ...models.task_stats import TaskStats

_ANSWERS: Mapping[int, runtime.Reader[TaskStats]] = {
    200: runtime.Json[TaskStats](TaskStats),
}


def build(
    tenant: UUID | str,
    *,
    task_names: Sequence[str] | None = None,
) -> runtime.Operation[TaskStats]:
    """Count, per task name, what is queued and what is running, by queue and by concurrency key.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        task_names: Only tasks with one of these names; all when left out.
    """
    return runtime.Operation(
        name="tenant:get:task-stats",
        method="GET",
        path=f"/api/v1/tenants/{runtime.segment('tenant', tenant)}/task-stats",
        answers=_ANSWERS,
        query=runtime.query(
            ("taskNames", task_names),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    task_names: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> TaskStats:
    """Count, per task name, what is queued and what is running, by queue and by concurrency key.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        task_names: Only tasks with one of these names; all when left out.
    """
    operation = build(
        tenant,
        task_names=task_names,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    task_names: Sequence[str] | None = None,
    timeout: runtime.Timeout = None,
) -> TaskStats:
    """Count, per task name, what is queued and what is running, by queue and by concurrency key.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        task_names: Only tasks with one of these names; all when left out.
    """
    operation = build(
        tenant,
        task_names=task_names,
    )
    return await runtime.asend(client, operation, timeout=timeout)

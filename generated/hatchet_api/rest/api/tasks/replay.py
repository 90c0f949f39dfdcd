# Generated from specs/ by `python -m codegen`; do not edit.
"""Run tasks again together with everything that depends on them, named by id or selected by a filter, never
both."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_replay_task_request import V1ReplayTaskRequest
from ...models.v1_replayed_tasks import V1ReplayedTasks

_ANSWERS: Mapping[int, runtime.Reader[V1ReplayedTasks]] = {
    200: runtime.Json[V1ReplayedTasks](V1ReplayedTasks),
}


def build(
    tenant: UUID | str,
    body: V1ReplayTaskRequest,
) -> runtime.Operation[V1ReplayedTasks]:
    """Run tasks again together with everything that depends on them, named by id or selected by a filter, never
    both. A filter reaches at most 1000 runs. The reply lists ids of task runs; the work itself is
    asynchronous.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-task:replay",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/tasks/replay",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1ReplayTaskRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1ReplayedTasks:
    """Run tasks again together with everything that depends on them, named by id or selected by a filter, never
    both. A filter reaches at most 1000 runs. The reply lists ids of task runs; the work itself is
    asynchronous.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    body: V1ReplayTaskRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1ReplayedTasks:
    """Run tasks again together with everything that depends on them, named by id or selected by a filter, never
    both. A filter reaches at most 1000 runs. The reply lists ids of task runs; the work itself is
    asynchronous.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

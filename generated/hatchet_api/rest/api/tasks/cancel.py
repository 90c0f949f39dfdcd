# Generated from specs/ by `python -m codegen`; do not edit.
"""Cancel tasks or whole runs, named by id or selected by a filter, never both."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_cancel_task_request import V1CancelTaskRequest
from ...models.v1_cancelled_tasks import V1CancelledTasks

_ANSWERS: Mapping[int, runtime.Reader[V1CancelledTasks]] = {
    200: runtime.Json[V1CancelledTasks](V1CancelledTasks),
}


def build(
    tenant: UUID | str,
    body: V1CancelTaskRequest,
) -> runtime.Operation[V1CancelledTasks]:
    """Cancel tasks or whole runs, named by id or selected by a filter, never both. The engine works
    asynchronously; the reply repeats the ids that were asked for. A filter reaches at most 20000 runs.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-task:cancel",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/tasks/cancel",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1CancelTaskRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1CancelledTasks:
    """Cancel tasks or whole runs, named by id or selected by a filter, never both. The engine works
    asynchronously; the reply repeats the ids that were asked for. A filter reaches at most 20000 runs.

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
    body: V1CancelTaskRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1CancelledTasks:
    """Cancel tasks or whole runs, named by id or selected by a filter, never both. The engine works
    asynchronously; the reply repeats the ids that were asked for. A filter reaches at most 20000 runs.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

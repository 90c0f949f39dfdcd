# Generated from specs/ by `python -m codegen`; do not edit.
"""Start a durable task anew from one entry of its event log; entries after that one are executed again on a
new branch."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_branch_durable_task_request import V1BranchDurableTaskRequest
from ...models.v1_branch_durable_task_response import V1BranchDurableTaskResponse

_ANSWERS: Mapping[int, runtime.Reader[V1BranchDurableTaskResponse]] = {
    200: runtime.Json[V1BranchDurableTaskResponse](V1BranchDurableTaskResponse),
}


def build(
    tenant: UUID | str,
    body: V1BranchDurableTaskRequest,
) -> runtime.Operation[V1BranchDurableTaskResponse]:
    """Start a durable task anew from one entry of its event log; entries after that one are executed again on a
    new branch.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-durable-task:branch",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/durable-tasks/branch",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1BranchDurableTaskRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1BranchDurableTaskResponse:
    """Start a durable task anew from one entry of its event log; entries after that one are executed again on a
    new branch.

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
    body: V1BranchDurableTaskRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1BranchDurableTaskResponse:
    """Start a durable task anew from one entry of its event log; entries after that one are executed again on a
    new branch.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

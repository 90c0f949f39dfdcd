# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch only the status of a run."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_task_status import V1TaskStatus

_ANSWERS: Mapping[int, runtime.Reader[V1TaskStatus]] = {
    200: runtime.Json[V1TaskStatus](V1TaskStatus),
}


def build(
    v1_workflow_run: UUID | str,
) -> runtime.Operation[V1TaskStatus]:
    """Fetch only the status of a run.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
    """
    return runtime.Operation(
        name="v1-workflow-run:get-status",
        method="GET",
        path=f"/api/v1/stable/workflow-runs/{runtime.segment('v1_workflow_run', v1_workflow_run)}/status",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    v1_workflow_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1TaskStatus:
    """Fetch only the status of a run.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
    """
    operation = build(
        v1_workflow_run,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    v1_workflow_run: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1TaskStatus:
    """Fetch only the status of a run.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
    """
    operation = build(
        v1_workflow_run,
    )
    return await runtime.asend(client, operation, timeout=timeout)

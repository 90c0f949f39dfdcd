# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch when each task of a run and of its children was queued, started and finished."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_task_timing_list import V1TaskTimingList

_ANSWERS: Mapping[int, runtime.Reader[V1TaskTimingList]] = {
    200: runtime.Json[V1TaskTimingList](V1TaskTimingList),
}


def build(
    v1_workflow_run: UUID | str,
    *,
    depth: int | None = None,
) -> runtime.Operation[V1TaskTimingList]:
    """Fetch when each task of a run and of its children was queued, started and finished.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
        depth: How many generations of child runs to include, 0 to 10.
    """
    return runtime.Operation(
        name="v1-workflow-run:get:timings",
        method="GET",
        path=f"/api/v1/stable/workflow-runs/{runtime.segment('v1_workflow_run', v1_workflow_run)}/task-timings",
        answers=_ANSWERS,
        query=runtime.query(
            ("depth", depth),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    v1_workflow_run: UUID | str,
    *,
    depth: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskTimingList:
    """Fetch when each task of a run and of its children was queued, started and finished.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
        depth: How many generations of child runs to include, 0 to 10.
    """
    operation = build(
        v1_workflow_run,
        depth=depth,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    v1_workflow_run: UUID | str,
    *,
    depth: int | None = None,
    timeout: runtime.Timeout = None,
) -> V1TaskTimingList:
    """Fetch when each task of a run and of its children was queued, started and finished.

    Args:
        v1_workflow_run: External id of the run; the id that triggering returned.
        depth: How many generations of child runs to include, 0 to 10.
    """
    operation = build(
        v1_workflow_run,
        depth=depth,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one workflow with its versions."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow import Workflow

_ANSWERS: Mapping[int, runtime.Reader[Workflow]] = {
    200: runtime.Json[Workflow](Workflow),
}


def build(
    workflow: UUID | str,
) -> runtime.Operation[Workflow]:
    """Fetch one workflow with its versions.

    Args:
        workflow: Id of the workflow.
    """
    return runtime.Operation(
        name="workflow:get",
        method="GET",
        path=f"/api/v1/workflows/{runtime.segment('workflow', workflow)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    workflow: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> Workflow:
    """Fetch one workflow with its versions.

    Args:
        workflow: Id of the workflow.
    """
    operation = build(
        workflow,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    workflow: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> Workflow:
    """Fetch one workflow with its versions.

    Args:
        workflow: Id of the workflow.
    """
    operation = build(
        workflow,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one version of a workflow, the newest when none is named."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.workflow_version import WorkflowVersion

_ANSWERS: Mapping[int, runtime.Reader[WorkflowVersion]] = {
    200: runtime.Json[WorkflowVersion](WorkflowVersion),
}


def build(
    workflow: UUID | str,
    *,
    version: UUID | str | None = None,
) -> runtime.Operation[WorkflowVersion]:
    """Fetch one version of a workflow, the newest when none is named.

    Args:
        workflow: Id of the workflow.
        version: Id of the workflow version; the newest when left out.
    """
    return runtime.Operation(
        name="workflow-version:get",
        method="GET",
        path=f"/api/v1/workflows/{runtime.segment('workflow', workflow)}/versions",
        answers=_ANSWERS,
        query=runtime.query(
            ("version", version),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    workflow: UUID | str,
    *,
    version: UUID | str | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowVersion:
    """Fetch one version of a workflow, the newest when none is named.

    Args:
        workflow: Id of the workflow.
        version: Id of the workflow version; the newest when left out.
    """
    operation = build(
        workflow,
        version=version,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    workflow: UUID | str,
    *,
    version: UUID | str | None = None,
    timeout: runtime.Timeout = None,
) -> WorkflowVersion:
    """Fetch one version of a workflow, the newest when none is named.

    Args:
        workflow: Id of the workflow.
        version: Id of the workflow version; the newest when left out.
    """
    operation = build(
        workflow,
        version=version,
    )
    return await runtime.asend(client, operation, timeout=timeout)

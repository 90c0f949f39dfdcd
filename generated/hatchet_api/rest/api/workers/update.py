# Generated from specs/ by `python -m codegen`; do not edit.
"""Pause or resume a worker."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.update_worker_request import UpdateWorkerRequest
from ...models.worker import Worker

_ANSWERS: Mapping[int, runtime.Reader[Worker]] = {
    200: runtime.Json[Worker](Worker),
}


def build(
    worker: UUID | str,
    body: UpdateWorkerRequest,
) -> runtime.Operation[Worker]:
    """Pause or resume a worker. A paused worker keeps its running tasks and receives no new ones.

    Args:
        worker: Id of the worker.
        body: What to send.
    """
    return runtime.Operation(
        name="worker:update",
        method="PATCH",
        path=f"/api/v1/workers/{runtime.segment('worker', worker)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    worker: UUID | str,
    body: UpdateWorkerRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Worker:
    """Pause or resume a worker. A paused worker keeps its running tasks and receives no new ones.

    Args:
        worker: Id of the worker.
        body: What to send.
    """
    operation = build(
        worker,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    worker: UUID | str,
    body: UpdateWorkerRequest,
    *,
    timeout: runtime.Timeout = None,
) -> Worker:
    """Pause or resume a worker. A paused worker keeps its running tasks and receives no new ones.

    Args:
        worker: Id of the worker.
        body: What to send.
    """
    operation = build(
        worker,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one worker with its slots and recent work."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.worker import Worker

_ANSWERS: Mapping[int, runtime.Reader[Worker]] = {
    200: runtime.Json[Worker](Worker),
}


def build(
    worker: UUID | str,
) -> runtime.Operation[Worker]:
    """Fetch one worker with its slots and recent work.

    Args:
        worker: Id of the worker.
    """
    return runtime.Operation(
        name="worker:get",
        method="GET",
        path=f"/api/v1/workers/{runtime.segment('worker', worker)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    worker: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> Worker:
    """Fetch one worker with its slots and recent work.

    Args:
        worker: Id of the worker.
    """
    operation = build(
        worker,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    worker: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> Worker:
    """Fetch one worker with its slots and recent work.

    Args:
        worker: Id of the worker.
    """
    operation = build(
        worker,
    )
    return await runtime.asend(client, operation, timeout=timeout)

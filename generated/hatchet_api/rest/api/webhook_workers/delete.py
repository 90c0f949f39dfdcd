# Generated from specs/ by `python -m codegen`; do not edit.
"""Delete a webhook worker of the older generation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime

_ANSWERS: Mapping[int, runtime.Reader[None]] = {
    200: runtime.nothing,
}


def build(
    webhook: UUID | str,
) -> runtime.Operation[None]:
    """Delete a webhook worker of the older generation.

    Args:
        webhook: Id of the webhook worker.
    """
    return runtime.Operation(
        name="webhook:delete",
        method="DELETE",
        path=f"/api/v1/webhook-workers/{runtime.segment('webhook', webhook)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    webhook: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete a webhook worker of the older generation.

    Args:
        webhook: Id of the webhook worker.
    """
    operation = build(
        webhook,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    webhook: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete a webhook worker of the older generation.

    Args:
        webhook: Id of the webhook worker.
    """
    operation = build(
        webhook,
    )
    return await runtime.asend(client, operation, timeout=timeout)

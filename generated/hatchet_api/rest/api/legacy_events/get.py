# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch an event of the older generation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.event import Event

_ANSWERS: Mapping[int, runtime.Reader[Event]] = {
    200: runtime.Json[Event](Event),
}


def build(
    event: UUID | str,
) -> runtime.Operation[Event]:
    """Fetch an event of the older generation.

    Args:
        event: Id of the event.
    """
    return runtime.Operation(
        name="event:get",
        method="GET",
        path=f"/api/v1/events/{runtime.segment('event', event)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    event: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> Event:
    """Fetch an event of the older generation.

    Args:
        event: Id of the event.
    """
    operation = build(
        event,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    event: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> Event:
    """Fetch an event of the older generation.

    Args:
        event: Id of the event.
    """
    operation = build(
        event,
    )
    return await runtime.asend(client, operation, timeout=timeout)

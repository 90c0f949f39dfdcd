# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch the payload of an event, as a JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.event_data import EventData

_ANSWERS: Mapping[int, runtime.Reader[EventData]] = {
    200: runtime.Json[EventData](EventData),
}


def build(
    event: UUID | str,
) -> runtime.Operation[EventData]:
    """Fetch the payload of an event, as a JSON text.

    Args:
        event: Id of the event.
    """
    return runtime.Operation(
        name="event-data:get",
        method="GET",
        path=f"/api/v1/events/{runtime.segment('event', event)}/data",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    event: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> EventData:
    """Fetch the payload of an event, as a JSON text.

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
) -> EventData:
    """Fetch the payload of an event, as a JSON text.

    Args:
        event: Id of the event.
    """
    operation = build(
        event,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Tell whether the server can take requests now; 500 means it cannot."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ... import runtime

_ANSWERS: Mapping[int, runtime.Reader[None]] = {
    200: runtime.nothing,
}


def build() -> runtime.Operation[None]:
    """Tell whether the server can take requests now; 500 means it cannot."""
    return runtime.Operation(
        name="readiness:get",
        method="GET",
        path="/api/ready",
        answers=_ANSWERS,
    )


def sync(
    client: httpx.Client,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Tell whether the server can take requests now; 500 means it cannot."""
    operation = build()
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Tell whether the server can take requests now; 500 means it cannot."""
    operation = build()
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch the version of the server."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ... import runtime
from ...models.info_get_version_response import InfoGetVersionResponse

_ANSWERS: Mapping[int, runtime.Reader[InfoGetVersionResponse]] = {
    200: runtime.Json[InfoGetVersionResponse](InfoGetVersionResponse),
}


def build() -> runtime.Operation[InfoGetVersionResponse]:
    """Fetch the version of the server."""
    return runtime.Operation(
        name="info:get:version",
        method="GET",
        path="/api/v1/version",
        answers=_ANSWERS,
    )


def sync(
    client: httpx.Client,
    *,
    timeout: runtime.Timeout = None,
) -> InfoGetVersionResponse:
    """Fetch the version of the server."""
    operation = build()
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    *,
    timeout: runtime.Timeout = None,
) -> InfoGetVersionResponse:
    """Fetch the version of the server."""
    operation = build()
    return await runtime.asend(client, operation, timeout=timeout)

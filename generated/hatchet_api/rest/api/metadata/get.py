# Generated from specs/ by `python -m codegen`; do not edit.
"""Describe how this server is set up: ways to sign in and which optional features are on."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ... import runtime
from ...models.api_meta import APIMeta

_ANSWERS: Mapping[int, runtime.Reader[APIMeta]] = {
    200: runtime.Json[APIMeta](APIMeta),
}


def build() -> runtime.Operation[APIMeta]:
    """Describe how this server is set up: ways to sign in and which optional features are on."""
    return runtime.Operation(
        name="metadata:get",
        method="GET",
        path="/api/v1/meta",
        answers=_ANSWERS,
    )


def sync(
    client: httpx.Client,
    *,
    timeout: runtime.Timeout = None,
) -> APIMeta:
    """Describe how this server is set up: ways to sign in and which optional features are on."""
    operation = build()
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    *,
    timeout: runtime.Timeout = None,
) -> APIMeta:
    """Describe how this server is set up: ways to sign in and which optional features are on."""
    operation = build()
    return await runtime.asend(client, operation, timeout=timeout)

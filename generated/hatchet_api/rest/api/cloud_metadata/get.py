# Generated from specs/ by `python -m codegen`; do not edit.
"""Describe the hosted edition."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ... import runtime
from ...models.api_errors import APIErrors

_ANSWERS: Mapping[int, runtime.Reader[APIErrors]] = {
    200: runtime.Json[APIErrors](APIErrors),
}


def build() -> runtime.Operation[APIErrors]:
    """Describe the hosted edition. A self-hosted server has none and answers with an error list, even where the
    status is 200.
    """
    return runtime.Operation(
        name="cloudMetadata::get",
        method="GET",
        path="/api/v1/cloud/metadata",
        answers=_ANSWERS,
    )


def sync(
    client: httpx.Client,
    *,
    timeout: runtime.Timeout = None,
) -> APIErrors:
    """Describe the hosted edition. A self-hosted server has none and answers with an error list, even where the
    status is 200.
    """
    operation = build()
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    *,
    timeout: runtime.Timeout = None,
) -> APIErrors:
    """Describe the hosted edition. A self-hosted server has none and answers with an error list, even where the
    status is 200.
    """
    operation = build()
    return await runtime.asend(client, operation, timeout=timeout)

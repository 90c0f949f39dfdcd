# Generated from specs/ by `python -m codegen`; do not edit.
"""Revoke an API token at once."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime

_ANSWERS: Mapping[int, runtime.Reader[None]] = {
    204: runtime.nothing,
}


def build(
    api_token: UUID | str,
) -> runtime.Operation[None]:
    """Revoke an API token at once. Engines accept it from a signed-in user only.

    Args:
        api_token: Id of the API token.
    """
    return runtime.Operation(
        name="api-token:update:revoke",
        method="POST",
        path=f"/api/v1/api-tokens/{runtime.segment('api_token', api_token)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    api_token: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Revoke an API token at once. Engines accept it from a signed-in user only.

    Args:
        api_token: Id of the API token.
    """
    operation = build(
        api_token,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    api_token: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Revoke an API token at once. Engines accept it from a signed-in user only.

    Args:
        api_token: Id of the API token.
    """
    operation = build(
        api_token,
    )
    return await runtime.asend(client, operation, timeout=timeout)

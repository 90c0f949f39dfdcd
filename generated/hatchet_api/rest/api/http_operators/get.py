# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch one HTTP operator."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_http_operator import V1HTTPOperator

_ANSWERS: Mapping[int, runtime.Reader[V1HTTPOperator]] = {
    200: runtime.Json[V1HTTPOperator](V1HTTPOperator),
}


def build(
    v1_http_operator: UUID | str,
) -> runtime.Operation[V1HTTPOperator]:
    """Fetch one HTTP operator.

    Args:
        v1_http_operator: Id of the HTTP operator.
    """
    return runtime.Operation(
        name="v1-http-operator:get",
        method="GET",
        path=f"/api/v1/stable/operators/http/{runtime.segment('v1_http_operator', v1_http_operator)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    v1_http_operator: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1HTTPOperator:
    """Fetch one HTTP operator.

    Args:
        v1_http_operator: Id of the HTTP operator.
    """
    operation = build(
        v1_http_operator,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    v1_http_operator: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> V1HTTPOperator:
    """Fetch one HTTP operator.

    Args:
        v1_http_operator: Id of the HTTP operator.
    """
    operation = build(
        v1_http_operator,
    )
    return await runtime.asend(client, operation, timeout=timeout)

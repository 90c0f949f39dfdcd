# Generated from specs/ by `python -m codegen`; do not edit.
"""Change an HTTP operator; what is left out stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_http_operator import V1HTTPOperator
from ...models.v1_update_http_operator_request import V1UpdateHTTPOperatorRequest

_ANSWERS: Mapping[int, runtime.Reader[V1HTTPOperator]] = {
    200: runtime.Json[V1HTTPOperator](V1HTTPOperator),
}


def build(
    v1_http_operator: UUID | str,
    body: V1UpdateHTTPOperatorRequest,
) -> runtime.Operation[V1HTTPOperator]:
    """Change an HTTP operator; what is left out stays as it is.

    Args:
        v1_http_operator: Id of the HTTP operator.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-http-operator:update",
        method="PATCH",
        path=f"/api/v1/stable/operators/http/{runtime.segment('v1_http_operator', v1_http_operator)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.json_body(body),
    )


def sync(
    client: httpx.Client,
    v1_http_operator: UUID | str,
    body: V1UpdateHTTPOperatorRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1HTTPOperator:
    """Change an HTTP operator; what is left out stays as it is.

    Args:
        v1_http_operator: Id of the HTTP operator.
        body: What to send.
    """
    operation = build(
        v1_http_operator,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    v1_http_operator: UUID | str,
    body: V1UpdateHTTPOperatorRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1HTTPOperator:
    """Change an HTTP operator; what is left out stays as it is.

    Args:
        v1_http_operator: Id of the HTTP operator.
        body: What to send.
    """
    operation = build(
        v1_http_operator,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

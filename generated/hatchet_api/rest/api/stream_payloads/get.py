# Generated from specs/ by `python -m codegen`; do not edit.
"""Download a payload that was uploaded for a durable stream."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime

_ANSWERS: Mapping[int, runtime.Reader[bytes]] = {
    200: runtime.content,
}


def build(
    tenant: UUID | str,
    *,
    ref: str,
) -> runtime.Operation[bytes]:
    """Download a payload that was uploaded for a durable stream. Since v0.120.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        ref: Reference that the upload returned.
    """
    return runtime.Operation(
        name="v1-stream-payload:get",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/streams/payloads",
        answers=_ANSWERS,
        query=runtime.query(
            ("ref", ref),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    ref: str,
    timeout: runtime.Timeout = None,
) -> bytes:
    """Download a payload that was uploaded for a durable stream. Since v0.120.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        ref: Reference that the upload returned.
    """
    operation = build(
        tenant,
        ref=ref,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    ref: str,
    timeout: runtime.Timeout = None,
) -> bytes:
    """Download a payload that was uploaded for a durable stream. Since v0.120.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        ref: Reference that the upload returned.
    """
    operation = build(
        tenant,
        ref=ref,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Upload a payload that is too large to be sent in a stream message, and receive a reference to it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.v1_stream_payload_ref import V1StreamPayloadRef
from ...models.v1_stream_payload_upload_request import V1StreamPayloadUploadRequest

_ANSWERS: Mapping[int, runtime.Reader[V1StreamPayloadRef]] = {
    200: runtime.Json[V1StreamPayloadRef](V1StreamPayloadRef),
}


def build(
    tenant: UUID | str,
    body: V1StreamPayloadUploadRequest,
) -> runtime.Operation[V1StreamPayloadRef]:
    """Upload a payload that is too large to be sent in a stream message, and receive a reference to it. More than
    64 MiB gives 413, an exhausted quota 429. Since v0.120.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    return runtime.Operation(
        name="v1-stream-payload:upload",
        method="POST",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/streams/payloads",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
        body=runtime.form_body(body),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    body: V1StreamPayloadUploadRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1StreamPayloadRef:
    """Upload a payload that is too large to be sent in a stream message, and receive a reference to it. More than
    64 MiB gives 413, an exhausted quota 429. Since v0.120.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    body: V1StreamPayloadUploadRequest,
    *,
    timeout: runtime.Timeout = None,
) -> V1StreamPayloadRef:
    """Upload a payload that is too large to be sent in a stream message, and receive a reference to it. More than
    64 MiB gives 413, an exhausted quota 429. Since v0.120.0.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        body: What to send.
    """
    operation = build(
        tenant,
        body,
    )
    return await runtime.asend(client, operation, timeout=timeout)

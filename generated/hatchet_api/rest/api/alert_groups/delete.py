# Generated from specs/ by `python -m codegen`; do not edit.
"""Delete an alert group."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import httpx

from ... import runtime

_ANSWERS: Mapping[int, runtime.Reader[None]] = {
    204: runtime.nothing,
}


def build(
    alert_email_group: UUID | str,
) -> runtime.Operation[None]:
    """Delete an alert group.

    Args:
        alert_email_group: Id of the alert group.
    """
    return runtime.Operation(
        name="alert-email-group:delete",
        method="DELETE",
        path=f"/api/v1/alerting-email-groups/{runtime.segment('alert_email_group', alert_email_group)}",
        answers=_ANSWERS,
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    alert_email_group: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete an alert group.

    Args:
        alert_email_group: Id of the alert group.
    """
    operation = build(
        alert_email_group,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    alert_email_group: UUID | str,
    *,
    timeout: runtime.Timeout = None,
) -> None:
    """Delete an alert group.

    Args:
        alert_email_group: Id of the alert group.
    """
    operation = build(
        alert_email_group,
    )
    return await runtime.asend(client, operation, timeout=timeout)

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field


class RateLimit(Model):
    """
    A shared budget of units per window, which tasks consume before they start.
    """

    key: str
    """
    Key that tasks name, unique in the tenant.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    limit_value: Annotated[int, Field(alias="limitValue")]
    """
    Units per window.
    """

    value: int
    """
    Units left in the current window.
    """

    window: str
    """
    Length of a window, such as `1m0s`.
    """

    last_refill: Annotated[AwareDatetime, Field(alias="lastRefill")]
    """
    When the current window began.
    """

    paused_until: Annotated[AwareDatetime | None, Field(alias="pausedUntil")] = None
    """
    Until when nothing is granted from this limit; absent where it is not paused, and on engines that
    cannot pause. Since v0.114.2.
    """

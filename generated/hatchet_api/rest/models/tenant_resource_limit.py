# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta
from .tenant_resource import TenantResource


class TenantResourceLimit(Model):
    """
    A limit of a tenant and how much of it is used.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    resource: TenantResource
    """
    What is counted.
    """

    limit_value: Annotated[int, Field(alias="limitValue")]
    """
    Largest number allowed.
    """

    alarm_value: Annotated[int | None, Field(alias="alarmValue")] = None
    """
    Number at which an alert is sent.
    """

    value: int
    """
    Number used so far in the current window.
    """

    window: str | None = None
    """
    Length of the window in which use is counted, such as `24h`; absent where the number is a total.
    """

    last_refill: Annotated[AwareDatetime | None, Field(alias="lastRefill")] = None
    """
    When the current window began.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta
from .tenant_environment import TenantEnvironment
from .tenant_version import TenantVersion


class Tenant(Model):
    """
    A tenant: the space in which workflows, workers, runs and tokens live.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    name: str
    """
    Name to show.
    """

    slug: str
    """
    Short name for addresses, unique on the server.
    """

    analytics_opt_out: Annotated[bool | None, Field(alias="analyticsOptOut")] = None
    """
    Whether usage is kept out of analytics.
    """

    alert_member_emails: Annotated[bool | None, Field(alias="alertMemberEmails")] = None
    """
    Whether alerts go to all members by mail.
    """

    version: TenantVersion
    """
    Generation of the engine that serves the tenant.
    """

    environment: TenantEnvironment | None = None
    """
    What the tenant is used for.
    """

    server_url: Annotated[str | None, Field(alias="serverUrl")] = None
    """
    Address at which the tenant is served, where it differs from this one.
    """

    region: str | None = None
    """
    Region in which the tenant is served.
    """

    data_retention_period: Annotated[str | None, Field(alias="dataRetentionPeriod")] = None
    """
    How long what has ended is kept, as a duration such as `720h`. The version that brought it is not
    known.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .tenant_version import TenantVersion


class UpdateTenantRequest(Model):
    """
    Changed settings of a tenant; what is left out stays.
    """

    name: str | None = None
    """
    Name to show.
    """

    analytics_opt_out: Annotated[bool | None, Field(alias="analyticsOptOut")] = None
    """
    Whether usage is kept out of analytics.
    """

    alert_member_emails: Annotated[bool | None, Field(alias="alertMemberEmails")] = None
    """
    Whether alerts go to all members by mail.
    """

    enable_workflow_run_failure_alerts: Annotated[bool | None, Field(alias="enableWorkflowRunFailureAlerts")] = None
    """
    Whether failed runs raise alerts.
    """

    enable_expiring_token_alerts: Annotated[bool | None, Field(alias="enableExpiringTokenAlerts")] = None
    """
    Whether API tokens about to expire raise alerts.
    """

    enable_tenant_resource_limit_alerts: Annotated[bool | None, Field(alias="enableTenantResourceLimitAlerts")] = None
    """
    Whether limits about to be reached raise alerts.
    """

    max_alerting_frequency: Annotated[str | None, Field(alias="maxAlertingFrequency")] = None
    """
    Shortest time between two alerts, as a duration such as `1h`.
    """

    version: TenantVersion | None = None
    """
    Generation of the engine that is to serve the tenant.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta


class TenantAlertingSettings(Model):
    """
    Which failures a tenant is alerted about.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
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

    max_alerting_frequency: Annotated[str, Field(alias="maxAlertingFrequency")]
    """
    Shortest time between two alerts, as a duration such as `1h`.
    """

    last_alerted_at: Annotated[AwareDatetime | None, Field(alias="lastAlertedAt")] = None
    """
    When the last alert was sent; absent before the first one.
    """

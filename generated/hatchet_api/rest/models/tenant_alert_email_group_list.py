# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .tenant_alert_email_group import TenantAlertEmailGroup


class TenantAlertEmailGroupList(Model):
    """
    A page of alert groups.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    rows: list[TenantAlertEmailGroup] | None = None
    """
    The rows of this page.
    """

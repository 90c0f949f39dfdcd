# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .api_resource_meta import APIResourceMeta


class TenantAlertEmailGroup(Model):
    """
    A group of addresses that receive alerts.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    emails: list[str]
    """
    Mail addresses of the group.
    """

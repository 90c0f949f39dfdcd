# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class UpdateTenantAlertEmailGroupRequest(Model):
    """
    New addresses of an alert group.
    """

    emails: list[str]
    """
    Mail addresses of the group.
    """

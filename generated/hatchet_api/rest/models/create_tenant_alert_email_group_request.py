# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class CreateTenantAlertEmailGroupRequest(Model):
    """
    A new alert group.
    """

    emails: list[str]
    """
    Mail addresses of the group.
    """

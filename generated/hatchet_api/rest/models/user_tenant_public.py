# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class UserTenantPublic(Model):
    """
    What members of a tenant may see of each other.
    """

    email: str
    """
    Mail address.
    """

    name: str | None = None
    """
    Name to show.
    """

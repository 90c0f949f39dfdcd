# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class TenantMemberRole(OpenEnum):
    """
    What a member may do; each role includes the ones after it.
    """

    OWNER = "OWNER"
    """May do everything, and give the tenant away."""
    ADMIN = "ADMIN"
    """May change settings and members."""
    MEMBER = "MEMBER"
    """May trigger and change runs."""
    VIEWER = "VIEWER"
    """May only look."""

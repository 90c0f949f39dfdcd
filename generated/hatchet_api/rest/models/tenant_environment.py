# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class TenantEnvironment(OpenEnum):
    """
    What a tenant is used for.
    """

    LOCAL = "local"
    """A machine of one developer."""
    DEVELOPMENT = "development"
    """Development and tests."""
    PRODUCTION = "production"
    """Production."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class TenantVersion(OpenEnum):
    """
    Generation of the engine that serves a tenant.
    """

    V0 = "V0"
    """The older generation."""
    V1 = "V1"
    """The present generation."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .tenant_resource_limit import TenantResourceLimit


class TenantResourcePolicy(Model):
    """
    All limits of a tenant.
    """

    limits: list[TenantResourceLimit]
    """
    One entry per resource.
    """

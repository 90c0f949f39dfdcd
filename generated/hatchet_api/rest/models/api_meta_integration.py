# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class APIMetaIntegration(Model):
    """
    An integration with another service.
    """

    name: str
    """
    Name of the integration.
    """

    enabled: bool
    """
    Whether the server has it switched on.
    """

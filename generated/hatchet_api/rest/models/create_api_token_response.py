# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class CreateAPITokenResponse(Model):
    """
    The secret of a new API token.
    """

    token: str
    """
    The secret. It is shown this once.
    """

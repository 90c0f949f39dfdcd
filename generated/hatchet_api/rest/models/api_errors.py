# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .api_error import APIError


class APIErrors(Model):
    """
    What was wrong with a request, one entry per fault.
    """

    errors: list[APIError]
    """
    The faults, in no particular order.
    """

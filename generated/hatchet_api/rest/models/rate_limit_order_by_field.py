# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class RateLimitOrderByField(OpenEnum):
    """
    What rate limits can be sorted by.
    """

    KEY = "key"
    """By the key of the limit."""
    VALUE = "value"
    """By the units that are left."""
    LIMIT_VALUE = "limitValue"
    """By the units of a whole window."""

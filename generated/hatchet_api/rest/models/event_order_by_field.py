# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class EventOrderByField(OpenEnum):
    """
    What events can be sorted by.
    """

    CREATED_AT = "createdAt"
    """By the time at which the event came."""

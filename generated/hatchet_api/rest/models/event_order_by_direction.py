# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class EventOrderByDirection(OpenEnum):
    """
    Direction of sorting.
    """

    ASC = "asc"
    """Smallest or oldest first."""
    DESC = "desc"
    """Largest or newest first."""

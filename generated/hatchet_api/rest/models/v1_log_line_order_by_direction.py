# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1LogLineOrderByDirection(OpenEnum):
    """
    Direction of sorting log lines by time.
    """

    ASC = "ASC"
    """Oldest first."""
    DESC = "DESC"
    """Newest first."""

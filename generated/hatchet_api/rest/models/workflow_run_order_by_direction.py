# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class WorkflowRunOrderByDirection(OpenEnum):
    """
    Direction of sorting.
    """

    ASC = "ASC"
    """Smallest or oldest first."""
    DESC = "DESC"
    """Largest or newest first."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class ScheduledWorkflowsMethod(OpenEnum):
    """
    Where a schedule comes from: DEFAULT from code, API from a request.
    """

    DEFAULT = "DEFAULT"
    """It is declared in code."""
    API = "API"
    """It was made by a request."""

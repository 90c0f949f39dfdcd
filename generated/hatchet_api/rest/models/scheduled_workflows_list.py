# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .scheduled_workflows import ScheduledWorkflows


class ScheduledWorkflowsList(Model):
    """
    A page of scheduled runs.
    """

    rows: list[ScheduledWorkflows] | None = None
    """
    The rows of this page.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

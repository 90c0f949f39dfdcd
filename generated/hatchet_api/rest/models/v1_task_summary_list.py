# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .v1_task_summary import V1TaskSummary


class V1TaskSummaryList(Model):
    """
    A page of runs or task runs.
    """

    pagination: PaginationResponse
    """
    Where this page stands in the whole list.
    """

    rows: list[V1TaskSummary]
    """
    The rows of this page.
    """

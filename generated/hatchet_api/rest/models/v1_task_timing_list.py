# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .v1_task_timing import V1TaskTiming


class V1TaskTimingList(Model):
    """
    Timings of a run's tasks.
    """

    pagination: PaginationResponse
    """
    Where this page stands in the whole list.
    """

    rows: list[V1TaskTiming]
    """
    The rows of this page.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .step_run_event import StepRunEvent


class StepRunEventList(Model):
    """
    A page of events of a step run.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    rows: list[StepRunEvent] | None = None
    """
    The rows of this page.
    """

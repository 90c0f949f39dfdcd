# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from ._internal import WorkflowRun
from .pagination_response import PaginationResponse


class WorkflowRunList(Model):
    """
    A page of runs of the older generation.
    """

    rows: list[WorkflowRun] | None = None
    """
    The rows of this page.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

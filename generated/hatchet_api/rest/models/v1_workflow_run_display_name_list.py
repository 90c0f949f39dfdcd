# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .v1_workflow_run_display_name import V1WorkflowRunDisplayName


class V1WorkflowRunDisplayNameList(Model):
    """
    A page of display names.
    """

    pagination: PaginationResponse
    """
    Where this page stands in the whole list.
    """

    rows: list[V1WorkflowRunDisplayName]
    """
    The rows of this page.
    """

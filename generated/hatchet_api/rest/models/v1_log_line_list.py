# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .v1_log_line import V1LogLine


class V1LogLineList(Model):
    """
    A page of log lines.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    rows: list[V1LogLine] | None = None
    """
    The rows of this page.
    """

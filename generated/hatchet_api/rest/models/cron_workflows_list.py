# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .cron_workflows import CronWorkflows
from .pagination_response import PaginationResponse


class CronWorkflowsList(Model):
    """
    A page of cron triggers.
    """

    rows: list[CronWorkflows] | None = None
    """
    The rows of this page.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from ._internal_1 import Workflow
from .api_resource_meta import APIResourceMeta
from .pagination_response import PaginationResponse


class WorkflowList(Model):
    """
    A page of workflows.
    """

    metadata: APIResourceMeta | None = None
    """
    Id and dates of the list itself; engines leave it out.
    """

    rows: list[Workflow] | None = None
    """
    The rows of this page.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .api_token import APIToken
from .pagination_response import PaginationResponse


class ListAPITokensResponse(Model):
    """
    A page of API tokens.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    rows: list[APIToken] | None = None
    """
    The rows of this page.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .v1_serverless_endpoint import V1ServerlessEndpoint


class V1ServerlessEndpointList(Model):
    """
    A page of serverless endpoints. The version that brought it is not known.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    rows: list[V1ServerlessEndpoint] | None = None
    """
    The rows of this page.
    """

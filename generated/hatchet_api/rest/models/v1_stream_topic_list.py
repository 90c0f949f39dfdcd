# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .pagination_response import PaginationResponse
from .v1_stream_topic import V1StreamTopic


class V1StreamTopicList(Model):
    """
    A page of topics. Since v0.120.0.
    """

    pagination: PaginationResponse
    """
    Where this page stands in the whole list.
    """

    retention_hours: Annotated[int, Field(alias="retentionHours")]
    """
    How long messages are kept, in hours.
    """

    rows: list[V1StreamTopic]
    """
    The rows of this page.
    """

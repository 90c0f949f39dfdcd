# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .otel_span import OtelSpan
from .pagination_response import PaginationResponse


class OtelSpanList(Model):
    """
    A page of spans.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    retry_counts: Annotated[list[int] | None, Field(alias="retryCounts")] = None
    """
    Attempts for which spans exist, 0 for the first.
    """

    rows: list[OtelSpan] | None = None
    """
    The rows of this page.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .event import Event
from .pagination_response import PaginationResponse


class EventList(Model):
    """
    A page of events of the older generation.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    rows: list[Event] | None = None
    """
    The rows of this page.
    """

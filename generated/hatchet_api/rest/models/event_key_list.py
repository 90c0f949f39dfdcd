# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .event_key import EventKey
from .pagination_response import PaginationResponse


class EventKeyList(Model):
    """
    A page of event keys.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    rows: list[EventKey] | None = None
    """
    The rows of this page.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class PaginationResponse(Model):
    """
    Where a page stands in its list. Pages are counted from 1; on the last page the next page equals the
    current one.
    """

    current_page: int | None = None
    """
    Number of this page, counted from 1.
    """

    next_page: int | None = None
    """
    Number of the next page; on the last page the number of this page.
    """

    num_pages: int | None = None
    """
    Number of pages in all.
    """

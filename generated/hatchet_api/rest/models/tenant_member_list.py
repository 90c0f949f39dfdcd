# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .tenant_member import TenantMember


class TenantMemberList(Model):
    """
    A page of memberships.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    rows: list[TenantMember] | None = None
    """
    The rows of this page.
    """

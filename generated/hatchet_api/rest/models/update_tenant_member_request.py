# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .tenant_member_role import TenantMemberRole


class UpdateTenantMemberRequest(Model):
    """
    New role of a member.
    """

    role: TenantMemberRole
    """
    What the member may do.
    """

    can_view_payloads: Annotated[bool | None, Field(alias="canViewPayloads")] = None
    """
    Whether the member may see inputs and outputs.
    """

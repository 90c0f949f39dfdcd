# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta
from .tenant import Tenant
from .tenant_member_role import TenantMemberRole
from .user_tenant_public import UserTenantPublic


class TenantMember(Model):
    """
    A person's membership in a tenant.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    user: UserTenantPublic
    """
    The person.
    """

    role: TenantMemberRole
    """
    What the member may do.
    """

    can_view_payloads: Annotated[bool | None, Field(alias="canViewPayloads")] = None
    """
    Whether the member may see inputs and outputs.
    """

    tenant: Tenant | None = None
    """
    The tenant.
    """

    manually_added: bool | None = None
    """
    Whether someone added the member by hand instead of by invitation or directory.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from .tenant_environment import TenantEnvironment
from .tenant_version import TenantVersion


class CreateTenantRequest(Model):
    """
    A new tenant.
    """

    name: str
    """
    Name to show.
    """

    slug: str
    """
    Short name for addresses, unique on the server.
    """

    engine_version: Annotated[TenantVersion | None, Field(alias="engineVersion")] = None
    """
    Generation of the engine that is to serve the tenant.
    """

    environment: TenantEnvironment | None = None
    """
    What the tenant is used for.
    """

    onboarding_data: Annotated[dict[str, Any] | None, Field(alias="onboardingData")] = None
    """
    Answers given on sign-up; free in form.
    """

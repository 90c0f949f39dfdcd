# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field


class APIResourceMeta(Model):
    """
    Identity and dates that every resource has. For runs and task runs the id is the external one.
    """

    id: str
    """
    Id of the resource, nearly always a UUID.
    """

    created_at: Annotated[AwareDatetime, Field(alias="createdAt")]
    """
    When it was created.
    """

    updated_at: Annotated[AwareDatetime, Field(alias="updatedAt")]
    """
    When it was last changed.
    """

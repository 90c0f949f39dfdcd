# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta


class APIToken(Model):
    """
    An API token, without its secret.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    name: str
    """
    Name that tells the token from others.
    """

    expires_at: Annotated[AwareDatetime, Field(alias="expiresAt")]
    """
    When the token stops to work.
    """

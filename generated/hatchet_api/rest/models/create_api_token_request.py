# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class CreateAPITokenRequest(Model):
    """
    A new API token.
    """

    name: Annotated[str, Field(max_length=255)]
    """
    Name that tells the token from others.
    """

    expires_in: Annotated[str | None, Field(alias="expiresIn")] = None
    """
    How long the token is to work, as a duration such as `2160h`; the server's default when left out.
    """

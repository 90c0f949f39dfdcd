# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class APIMetaPosthog(Model):
    """
    Where a browser reports usage; absent where analytics are off.
    """

    api_key: Annotated[str | None, Field(alias="apiKey")] = None
    """
    Public key of the analytics project.
    """

    api_host: Annotated[str | None, Field(alias="apiHost")] = None
    """
    Address of the analytics server.
    """

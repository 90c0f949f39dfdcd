# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class V1WebhookAPIKeyAuth(Model):
    """
    Key that a sender presents in a header.
    """

    header_name: Annotated[str, Field(alias="headerName")]
    """
    Header that carries the key.
    """

    api_key: Annotated[str, Field(alias="apiKey")]
    """
    The key.
    """

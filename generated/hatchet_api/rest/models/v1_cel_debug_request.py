# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field


class V1CELDebugRequest(Model):
    """
    A CEL expression and the values to evaluate it with.
    """

    expression: str
    """
    CEL expression to evaluate; it must give a boolean.
    """

    input: dict[str, Any]
    """
    Value of `input` in the expression.
    """

    filter_payload: Annotated[dict[str, Any] | None, Field(alias="filterPayload")] = None
    """
    Value of `payload` in the expression.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Value of `additional_metadata` in the expression.
    """

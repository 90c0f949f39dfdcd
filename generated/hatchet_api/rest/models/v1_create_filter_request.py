# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from .id import Id


class V1CreateFilterRequest(Model):
    """
    A new event filter.
    """

    workflow_id: Annotated[Id, Field(alias="workflowId")]
    """
    Id of the workflow that the filter guards.
    """

    expression: str
    """
    CEL expression over `input`, `additional_metadata`, `payload`, `event_id` and `event_key`; not
    checked on creation.
    """

    scope: str
    """
    Scope by which event filters are chosen.
    """

    payload: dict[str, Any] | None = None
    """
    Values that the expression sees as `payload`; an empty object when left out.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field


class TriggerWorkflowRunRequest(Model):
    """
    Input for a run of the older generation.
    """

    input: dict[str, Any]
    """
    Input of the run.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata to store with the run.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field


class ScheduleWorkflowRunRequest(Model):
    """
    A run to schedule.
    """

    input: dict[str, Any]
    """
    Input of the run.
    """

    additional_metadata: Annotated[dict[str, Any], Field(alias="additionalMetadata")]
    """
    Metadata to store with the run.
    """

    trigger_at: Annotated[AwareDatetime, Field(alias="triggerAt")]
    """
    When the run is to start.
    """

    priority: Annotated[int | None, Field(ge=1, le=3)] = None
    """
    Priority from 1 (low, the default) to 3 (high).
    """

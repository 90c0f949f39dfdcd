# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field


class UpdateScheduledWorkflowRunRequest(Model):
    """
    New time of a scheduled run.
    """

    trigger_at: Annotated[AwareDatetime, Field(alias="triggerAt")]
    """
    When the run is to start.
    """

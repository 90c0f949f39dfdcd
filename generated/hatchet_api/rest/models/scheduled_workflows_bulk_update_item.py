# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .id import Id


class ScheduledWorkflowsBulkUpdateItem(Model):
    """
    A scheduled run and its new time.
    """

    id: Id
    """
    Id of the scheduled run.
    """

    trigger_at: Annotated[AwareDatetime, Field(alias="triggerAt")]
    """
    When the run is to start.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .scheduled_workflows_bulk_update_item import ScheduledWorkflowsBulkUpdateItem


class ScheduledWorkflowsBulkUpdateRequest(Model):
    """
    Scheduled runs to move.
    """

    updates: Annotated[list[ScheduledWorkflowsBulkUpdateItem], Field(max_length=500, min_length=1)]
    """
    Scheduled runs and their new times, 1 to 500.
    """

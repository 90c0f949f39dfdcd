# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .scheduled_workflows_bulk_error import ScheduledWorkflowsBulkError


class ScheduledWorkflowsBulkUpdateResponse(Model):
    """
    What was moved and what was not.
    """

    updated_ids: Annotated[list[str], Field(alias="updatedIds")]
    """
    Ids of the scheduled runs that were moved.
    """

    errors: list[ScheduledWorkflowsBulkError]
    """
    What was left as it is, and why.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .scheduled_workflows_bulk_error import ScheduledWorkflowsBulkError


class ScheduledWorkflowsBulkDeleteResponse(Model):
    """
    What was deleted and what was not.
    """

    deleted_ids: Annotated[list[str], Field(alias="deletedIds")]
    """
    Ids of the scheduled runs that were deleted.
    """

    errors: list[ScheduledWorkflowsBulkError]
    """
    What was left as it is, and why.
    """

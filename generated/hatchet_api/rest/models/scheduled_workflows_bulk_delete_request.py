# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .id import Id
from .scheduled_workflows_bulk_delete_filter import ScheduledWorkflowsBulkDeleteFilter


class ScheduledWorkflowsBulkDeleteRequest(Model):
    """
    Scheduled runs to delete: ids or a filter, never both.
    """

    scheduled_workflow_run_ids: Annotated[
        list[Id] | None, Field(alias="scheduledWorkflowRunIds", max_length=500, min_length=1)
    ] = None
    """
    Ids of the scheduled runs, 1 to 500.
    """

    filter: ScheduledWorkflowsBulkDeleteFilter | None = None
    """
    Conditions in place of ids.
    """

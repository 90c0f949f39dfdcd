# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .id import Id


class ScheduledWorkflowsBulkDeleteFilter(Model):
    """
    Which scheduled runs to delete; all conditions must hold.
    """

    workflow_id: Annotated[Id | None, Field(alias="workflowId")] = None
    """
    Only scheduled runs of this workflow.
    """

    parent_workflow_run_id: Annotated[Id | None, Field(alias="parentWorkflowRunId")] = None
    """
    Only scheduled runs made by this run.
    """

    parent_step_run_id: Annotated[Id | None, Field(alias="parentStepRunId")] = None
    """
    Only scheduled runs made by this step run.
    """

    additional_metadata: Annotated[list[str] | None, Field(alias="additionalMetadata")] = None
    """
    Only scheduled runs with this metadata, as `key:value` pairs with exactly one colon each.
    """

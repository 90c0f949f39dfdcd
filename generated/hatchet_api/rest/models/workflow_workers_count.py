# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class WorkflowWorkersCount(Model):
    """
    Slots that workers offer for a workflow.
    """

    free_slot_count: Annotated[int | None, Field(alias="freeSlotCount")] = None
    """
    Slots that are free now.
    """

    max_slot_count: Annotated[int | None, Field(alias="maxSlotCount")] = None
    """
    Slots in all.
    """

    workflow_run_id: Annotated[str | None, Field(alias="workflowRunId")] = None
    """
    Id of the workflow that was asked about; the name is historical.
    """

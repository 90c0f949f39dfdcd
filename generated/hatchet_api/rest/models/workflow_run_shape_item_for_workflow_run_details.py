# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class WorkflowRunShapeItemForWorkflowRunDetails(Model):
    """
    One task in the graph of a run.
    """

    task_external_id: Annotated[str, Field(alias="taskExternalId")]
    """
    External id of the task run, the one to use in requests.
    """

    step_id: Annotated[str, Field(alias="stepId")]
    """
    Id of the step as declared.
    """

    children_step_ids: Annotated[list[str], Field(alias="childrenStepIds")]
    """
    Ids of the tasks, as declared, that depend on this one.
    """

    task_name: Annotated[str, Field(alias="taskName")]
    """
    Name of the task inside its workflow.
    """

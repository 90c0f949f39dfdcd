# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from .v1_task_event import V1TaskEvent
from .v1_task_summary import V1TaskSummary
from .v1_workflow_run import V1WorkflowRun
from .workflow_run_shape_for_workflow_run_details import WorkflowRunShapeForWorkflowRunDetails


class V1WorkflowRunDetails(Model):
    """
    A run with its tasks, events and graph.
    """

    run: V1WorkflowRun
    """
    The run itself.
    """

    task_events: Annotated[list[V1TaskEvent], Field(alias="taskEvents")]
    """
    What happened to its tasks.
    """

    shape: WorkflowRunShapeForWorkflowRunDetails
    """
    Its graph, one entry per task.
    """

    tasks: list[V1TaskSummary]
    """
    Its task runs.
    """

    workflow_config: Annotated[dict[str, Any] | None, Field(alias="workflowConfig")] = None
    """
    The registration as the engine received it.
    """

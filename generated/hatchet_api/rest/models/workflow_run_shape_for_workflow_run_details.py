# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

from .workflow_run_shape_item_for_workflow_run_details import WorkflowRunShapeItemForWorkflowRunDetails

WorkflowRunShapeForWorkflowRunDetails = TypeAliasType(
    "WorkflowRunShapeForWorkflowRunDetails", list[WorkflowRunShapeItemForWorkflowRunDetails]
)
"""
The graph of a run, one entry per task.
"""

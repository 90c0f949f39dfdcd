# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pause_workflow_request import PauseWorkflowRequest


class WorkflowUpdateRequest(Model):
    """
    Changes to a workflow.
    """

    pause: PauseWorkflowRequest | None = None
    """
    Pauses or resumes the workflow; absent means no change.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from ._internal import WorkflowRun


class ReplayWorkflowRunsResponse(Model):
    """
    The runs that were started again.
    """

    workflow_runs: Annotated[list[WorkflowRun], Field(alias="workflowRuns")]
    """
    The runs that were started again.
    """

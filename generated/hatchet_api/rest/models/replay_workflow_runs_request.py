# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .id import Id


class ReplayWorkflowRunsRequest(Model):
    """
    Runs of the older generation to start again.
    """

    workflow_run_ids: Annotated[list[Id], Field(alias="workflowRunIds", max_length=500)]
    """
    Ids of the runs.
    """

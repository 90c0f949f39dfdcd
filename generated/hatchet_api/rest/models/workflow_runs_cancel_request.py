# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .id import Id


class WorkflowRunsCancelRequest(Model):
    """
    Runs of the older generation to cancel.
    """

    workflow_run_ids: Annotated[list[Id], Field(alias="workflowRunIds")]
    """
    Ids of the runs.
    """

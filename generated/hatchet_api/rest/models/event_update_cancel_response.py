# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class EventUpdateCancelResponse(Model):
    """
    What `event:update:cancel` answers.
    """

    workflow_run_ids: Annotated[list[str] | None, Field(alias="workflowRunIds")] = None
    """
    Ids of the runs.
    """

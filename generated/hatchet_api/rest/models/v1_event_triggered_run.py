# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class V1EventTriggeredRun(Model):
    """
    A run that an event started.
    """

    workflow_run_id: Annotated[str, Field(alias="workflowRunId")]
    """
    External id of the run.
    """

    filter_id: Annotated[str | None, Field(alias="filterId")] = None
    """
    Id of the event filter that let the event through; absent where none was involved.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .step_run_status import StepRunStatus


class SemaphoreSlots(Model):
    """
    A slot of a worker that is taken.
    """

    step_run_id: Annotated[str, Field(alias="stepRunId")]
    """
    External id of the task run that holds the slot.
    """

    action_id: Annotated[str, Field(alias="actionId")]
    """
    Action that a worker must offer, `service:task` in form.
    """

    started_at: Annotated[AwareDatetime | None, Field(alias="startedAt")] = None
    """
    When it started; absent before.
    """

    timeout_at: Annotated[AwareDatetime | None, Field(alias="timeoutAt")] = None
    """
    When it would time out.
    """

    workflow_run_id: Annotated[str, Field(alias="workflowRunId")]
    """
    Id of the run.
    """

    status: StepRunStatus | None = None
    """
    Current status.
    """

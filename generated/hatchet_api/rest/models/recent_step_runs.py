# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta
from .step_run_status import StepRunStatus


class RecentStepRuns(Model):
    """
    A step run that a worker handled lately.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    action_id: Annotated[str, Field(alias="actionId")]
    """
    Action that a worker must offer, `service:task` in form.
    """

    status: StepRunStatus
    """
    Current status.
    """

    started_at: Annotated[AwareDatetime | None, Field(alias="startedAt")] = None
    """
    When it started; absent before.
    """

    finished_at: Annotated[AwareDatetime | None, Field(alias="finishedAt")] = None
    """
    When it ended, in whatever way; absent before.
    """

    cancelled_at: Annotated[AwareDatetime | None, Field(alias="cancelledAt")] = None
    """
    When it was cancelled; absent where it was not.
    """

    workflow_run_id: Annotated[str, Field(alias="workflowRunId")]
    """
    Id of the run.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .step_run_event_reason import StepRunEventReason
from .step_run_event_severity import StepRunEventSeverity


class StepRunEvent(Model):
    """
    Something that happened to a step run; repetitions are counted instead of listed.
    """

    id: int
    """
    Number of the event, increasing.
    """

    time_first_seen: Annotated[AwareDatetime, Field(alias="timeFirstSeen")]
    """
    When it happened first.
    """

    time_last_seen: Annotated[AwareDatetime, Field(alias="timeLastSeen")]
    """
    When it happened last.
    """

    step_run_id: Annotated[str | None, Field(alias="stepRunId")] = None
    """
    Id of the step run.
    """

    workflow_run_id: Annotated[str | None, Field(alias="workflowRunId")] = None
    """
    Id of the run.
    """

    reason: StepRunEventReason
    """
    What happened.
    """

    severity: StepRunEventSeverity
    """
    How grave it is.
    """

    message: str
    """
    Text of the entry.
    """

    count: int
    """
    How often it happened.
    """

    data: dict[str, Any] | None = None
    """
    Details that depend on the reason.
    """

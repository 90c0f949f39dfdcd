# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class WorkflowPauseScheduledCronRunQueueBehavior(OpenEnum):
    """
    What becomes of a trigger that fires while the workflow is paused: dropped, or queued for later.
    """

    DROP = "DROP"
    """It is dropped."""
    QUEUE = "QUEUE"
    """It is queued until the workflow resumes."""

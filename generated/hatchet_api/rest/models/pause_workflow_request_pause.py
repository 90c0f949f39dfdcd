# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Literal

from hatchet_api.rest.base import Model
from pydantic import Field

from .workflow_pause_scheduled_cron_run_queue_behavior import WorkflowPauseScheduledCronRunQueueBehavior


class PauseWorkflowRequestPause(Model):
    """
    Pause a workflow.
    """

    action: Literal["pause"]
    """
    Always `pause`.
    """

    paused_workflow_cron_run_queue_behavior: Annotated[
        WorkflowPauseScheduledCronRunQueueBehavior, Field(alias="pausedWorkflowCronRunQueueBehavior")
    ]
    """
    What becomes of cron ticks during the pause.
    """

    paused_workflow_scheduled_run_queue_behavior: Annotated[
        WorkflowPauseScheduledCronRunQueueBehavior, Field(alias="pausedWorkflowScheduledRunQueueBehavior")
    ]
    """
    What becomes of scheduled runs that fall into the pause.
    """

    paused_workflow_queue_ttl: Annotated[str, Field(alias="pausedWorkflowQueueTTL")]
    """
    How long a held-back task may wait before it is cancelled, as a duration in one unit such as `24h`.
    """

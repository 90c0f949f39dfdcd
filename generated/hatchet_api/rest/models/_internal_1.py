# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta
from .job import Job
from .workflow_pause_scheduled_cron_run_queue_behavior import WorkflowPauseScheduledCronRunQueueBehavior
from .workflow_tag import WorkflowTag
from .workflow_triggers import WorkflowTriggers


class Workflow(Model):
    """
    A workflow as registered by workers.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    name: str
    """
    Name of the workflow, with its namespace.
    """

    description: str | None = None
    """
    What the workflow is for, as its author wrote it.
    """

    is_paused: Annotated[bool | None, Field(alias="isPaused")] = None
    """
    Whether new runs are held back.
    """

    paused_workflow_cron_run_queue_behavior: Annotated[
        WorkflowPauseScheduledCronRunQueueBehavior | None, Field(alias="pausedWorkflowCronRunQueueBehavior")
    ] = None
    """
    What becomes of cron ticks during the pause.
    """

    paused_workflow_scheduled_run_queue_behavior: Annotated[
        WorkflowPauseScheduledCronRunQueueBehavior | None, Field(alias="pausedWorkflowScheduledRunQueueBehavior")
    ] = None
    """
    What becomes of scheduled runs that fall into the pause.
    """

    versions: list[WorkflowVersionMeta] | None = None
    """
    Versions of the workflow, newest first.
    """

    tags: list[WorkflowTag] | None = None
    """
    Tags of the workflow.
    """

    jobs: list[Job] | None = None
    """
    Jobs of the newest version, where the engine includes them.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    triggers: WorkflowTriggers | None = None
    """
    What starts runs of its newest version. The version that brought it is not known.
    """


class WorkflowVersionMeta(Model):
    """
    A version of a workflow, without its definition.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    version: str
    """
    Name of the version, as its author gave it or a number.
    """

    order: int
    """
    Position in the sequence of versions.
    """

    workflow_id: Annotated[str, Field(alias="workflowId")]
    """
    Id of the workflow.
    """

    workflow: Workflow | None = None
    """
    The workflow, where the engine includes it.
    """


Workflow.model_rebuild()

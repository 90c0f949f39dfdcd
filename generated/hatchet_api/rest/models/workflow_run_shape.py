# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from ._internal import JobRun
from .api_resource_meta import APIResourceMeta
from .workflow_run_status import WorkflowRunStatus
from .workflow_run_triggered_by import WorkflowRunTriggeredBy
from .workflow_version import WorkflowVersion


class WorkflowRunShape(Model):
    """
    A run of the older generation with all that is needed to draw its graph.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    workflow_id: Annotated[str | None, Field(alias="workflowId")] = None
    """
    Id of the workflow.
    """

    workflow_version_id: Annotated[str, Field(alias="workflowVersionId")]
    """
    Id of the workflow version.
    """

    workflow_version: Annotated[WorkflowVersion | None, Field(alias="workflowVersion")] = None
    """
    The version that ran, where the engine includes it.
    """

    status: WorkflowRunStatus
    """
    Current status.
    """

    display_name: Annotated[str | None, Field(alias="displayName")] = None
    """
    Name that people see, made from the name of the workflow or task and a number.
    """

    job_runs: Annotated[list[JobRun] | None, Field(alias="jobRuns")] = None
    """
    Runs of the jobs.
    """

    triggered_by: Annotated[WorkflowRunTriggeredBy, Field(alias="triggeredBy")]
    """
    What started the run.
    """

    input: dict[str, Any] | None = None
    """
    Input of the run.
    """

    error: str | None = None
    """
    What went wrong; absent while nothing has.
    """

    started_at: Annotated[AwareDatetime | None, Field(alias="startedAt")] = None
    """
    When it started; absent before.
    """

    finished_at: Annotated[AwareDatetime | None, Field(alias="finishedAt")] = None
    """
    When it ended, in whatever way; absent before.
    """

    duration: int | None = None
    """
    How long it ran, in milliseconds; absent before it ended.
    """

    parent_id: Annotated[str | None, Field(alias="parentId")] = None
    """
    Id of the run that spawned this one; absent for runs nobody spawned.
    """

    parent_step_run_id: Annotated[str | None, Field(alias="parentStepRunId")] = None
    """
    Id of the step run that spawned this one; absent for runs nobody spawned.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata given by whoever triggered it, as string keys and JSON values.
    """

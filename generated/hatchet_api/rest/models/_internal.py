# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta
from .job import Job
from .job_run_status import JobRunStatus
from .step import Step
from .step_run_status import StepRunStatus
from .workflow_run_status import WorkflowRunStatus
from .workflow_run_triggered_by import WorkflowRunTriggeredBy
from .workflow_version import WorkflowVersion


class JobRun(Model):
    """
    A run of a job, of the older generation.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    workflow_run_id: Annotated[str, Field(alias="workflowRunId")]
    """
    Id of the run.
    """

    workflow_run: Annotated[WorkflowRun | None, Field(alias="workflowRun")] = None
    """
    The run, where the engine includes it.
    """

    job_id: Annotated[str, Field(alias="jobId")]
    """
    Id of the job.
    """

    job: Job | None = None
    """
    The job as declared, where the engine includes it.
    """

    ticker_id: Annotated[str | None, Field(alias="tickerId")] = None
    """
    Id of the server process that watches the timeouts.
    """

    step_runs: Annotated[list[StepRun] | None, Field(alias="stepRuns")] = None
    """
    Runs of the steps.
    """

    status: JobRunStatus
    """
    Current status.
    """

    result: dict[str, Any] | None = None
    """
    What came of it, free in form.
    """

    started_at: Annotated[AwareDatetime | None, Field(alias="startedAt")] = None
    """
    When it started; absent before.
    """

    finished_at: Annotated[AwareDatetime | None, Field(alias="finishedAt")] = None
    """
    When it ended, in whatever way; absent before.
    """

    timeout_at: Annotated[AwareDatetime | None, Field(alias="timeoutAt")] = None
    """
    When it would time out.
    """

    cancelled_at: Annotated[AwareDatetime | None, Field(alias="cancelledAt")] = None
    """
    When it was cancelled; absent where it was not.
    """

    cancelled_reason: Annotated[str | None, Field(alias="cancelledReason")] = None
    """
    Why it was cancelled.
    """

    cancelled_error: Annotated[str | None, Field(alias="cancelledError")] = None
    """
    Error that made the cancelling fail or necessary.
    """


class StepRun(Model):
    """
    A run of a step, of the older generation.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    job_run_id: Annotated[str, Field(alias="jobRunId")]
    """
    Id of the job run.
    """

    job_run: Annotated[JobRun | None, Field(alias="jobRun")] = None
    """
    The job run, where the engine includes it.
    """

    step_id: Annotated[str, Field(alias="stepId")]
    """
    Id of the step as declared.
    """

    step: Step | None = None
    """
    The step as declared, where the engine includes it.
    """

    child_workflows_count: Annotated[int | None, Field(alias="childWorkflowsCount")] = None
    """
    How many child runs it spawned.
    """

    parents: list[str] | None = None
    """
    Ids of the step runs it depended on.
    """

    child_workflow_runs: Annotated[list[str] | None, Field(alias="childWorkflowRuns")] = None
    """
    Ids of the child runs.
    """

    worker_id: Annotated[str | None, Field(alias="workerId")] = None
    """
    Id of the worker it was given to; absent before.
    """

    input: str | None = None
    """
    Input, as a JSON text.
    """

    output: str | None = None
    """
    Output, as a JSON text; absent before there is one.
    """

    status: StepRunStatus
    """
    Current status.
    """

    requeue_after: Annotated[AwareDatetime | None, Field(alias="requeueAfter")] = None
    """
    When it may be queued again.
    """

    result: dict[str, Any] | None = None
    """
    What came of it, free in form.
    """

    error: str | None = None
    """
    What went wrong; absent while nothing has.
    """

    started_at: Annotated[AwareDatetime | None, Field(alias="startedAt")] = None
    """
    When it started; absent before.
    """

    started_at_epoch: Annotated[int | None, Field(alias="startedAtEpoch")] = None
    """
    When it started, in milliseconds since 1970.
    """

    finished_at: Annotated[AwareDatetime | None, Field(alias="finishedAt")] = None
    """
    When it ended, in whatever way; absent before.
    """

    finished_at_epoch: Annotated[int | None, Field(alias="finishedAtEpoch")] = None
    """
    When it ended, in milliseconds since 1970.
    """

    timeout_at: Annotated[AwareDatetime | None, Field(alias="timeoutAt")] = None
    """
    When it would time out.
    """

    timeout_at_epoch: Annotated[int | None, Field(alias="timeoutAtEpoch")] = None
    """
    When it would time out, in milliseconds since 1970.
    """

    cancelled_at: Annotated[AwareDatetime | None, Field(alias="cancelledAt")] = None
    """
    When it was cancelled; absent where it was not.
    """

    cancelled_at_epoch: Annotated[int | None, Field(alias="cancelledAtEpoch")] = None
    """
    When it was cancelled, in milliseconds since 1970.
    """

    cancelled_reason: Annotated[str | None, Field(alias="cancelledReason")] = None
    """
    Why it was cancelled.
    """

    cancelled_error: Annotated[str | None, Field(alias="cancelledError")] = None
    """
    Error that made the cancelling fail or necessary.
    """


class WorkflowRun(Model):
    """
    A run of the older generation.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
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


JobRun.model_rebuild()

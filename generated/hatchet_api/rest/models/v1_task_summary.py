# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta
from .v1_task_status import V1TaskStatus
from .v1_workflow_type import V1WorkflowType


class V1TaskSummary(Model):
    """
    A task run, or in lists of runs a whole run. In lists and run details the input of a task is the
    whole envelope, with `input` and `parents` as keys.
    """

    metadata: APIResourceMeta
    """
    Id and dates; the id is the external one.
    """

    action_id: Annotated[str | None, Field(alias="actionId")] = None
    """
    Action that a worker must offer, `service:task` in form.
    """

    retry_count: Annotated[int | None, Field(alias="retryCount")] = None
    """
    How many attempts came before, 0 for the first.
    """

    attempt: int | None = None
    """
    Number of the attempt, counted from 1; one more than the number of retries.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata given by whoever triggered it, as string keys and JSON values.
    """

    children: list[V1TaskSummary] | None = None
    """
    The tasks of a DAG run, in lists of runs.
    """

    created_at: Annotated[AwareDatetime, Field(alias="createdAt")]
    """
    When the run was created.
    """

    display_name: Annotated[str, Field(alias="displayName")]
    """
    Name that people see, made from the name of the workflow or task and a number.
    """

    duration: int | None = None
    """
    How long it ran, in milliseconds; absent before it ended.
    """

    is_durable: Annotated[bool | None, Field(alias="isDurable")] = None
    """
    Whether the task is durable.
    """

    error_message: Annotated[str | None, Field(alias="errorMessage")] = None
    """
    Error of the latest attempt; absent where it did not fail.
    """

    finished_at: Annotated[AwareDatetime | None, Field(alias="finishedAt")] = None
    """
    When it ended, in whatever way; absent before.
    """

    input: Any
    """
    Input, as JSON; in lists and run details the envelope around it. An empty object where payloads were
    left out.
    """

    num_spawned_children: Annotated[int, Field(alias="numSpawnedChildren")]
    """
    How many child runs it spawned.
    """

    output: Any
    """
    Output, as JSON; an empty object before there is one.
    """

    status: V1TaskStatus
    """
    Current status.
    """

    is_evicted: Annotated[bool | None, Field(alias="isEvicted")] = None
    """
    Whether a durable task is evicted: it waits without holding a worker's slot, while its status is
    RUNNING.
    """

    started_at: Annotated[AwareDatetime | None, Field(alias="startedAt")] = None
    """
    When the latest attempt started; absent before.
    """

    step_id: Annotated[str | None, Field(alias="stepId")] = None
    """
    Id of the task as declared; absent for DAG rows.
    """

    task_external_id: Annotated[str, Field(alias="taskExternalId")]
    """
    External id of the task run, the one to use in requests.
    """

    task_id: Annotated[int, Field(alias="taskId")]
    """
    Internal number of the task run.
    """

    task_inserted_at: Annotated[AwareDatetime, Field(alias="taskInsertedAt")]
    """
    When the task run was stored; with the internal number it is unique.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    type: V1WorkflowType
    """
    Whether the row is a DAG run or a task run.
    """

    workflow_id: Annotated[str, Field(alias="workflowId")]
    """
    Id of the workflow.
    """

    workflow_name: Annotated[str | None, Field(alias="workflowName")] = None
    """
    Name of the workflow.
    """

    workflow_run_external_id: Annotated[str, Field(alias="workflowRunExternalId")]
    """
    External id of the run it belongs to; equal to the task's own for a standalone task.
    """

    workflow_version_id: Annotated[str | None, Field(alias="workflowVersionId")] = None
    """
    Id of the workflow version.
    """

    workflow_config: Annotated[dict[str, Any] | None, Field(alias="workflowConfig")] = None
    """
    The registration as the engine received it.
    """

    parent_task_external_id: Annotated[str | None, Field(alias="parentTaskExternalId")] = None
    """
    External id of the task run that spawned it; absent for runs nobody spawned.
    """

    idempotency_key: Annotated[str | None, Field(alias="idempotencyKey")] = None
    """
    Idempotency key of the run; absent where it has none.
    """

    payloads_restricted: Annotated[bool | None, Field(alias="payloadsRestricted")] = None
    """
    Whether payloads are held back because the reader may not see them.
    """


V1TaskSummary.model_rebuild()

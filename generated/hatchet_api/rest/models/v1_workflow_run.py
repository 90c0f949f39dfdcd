# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta
from .v1_task_status import V1TaskStatus


class V1WorkflowRun(Model):
    """
    A run: one execution of a workflow or of a standalone task.
    """

    metadata: APIResourceMeta
    """
    Id and dates; the id is the external one, which triggering returned.
    """

    status: V1TaskStatus
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

    duration: int | None = None
    """
    How long it ran, in milliseconds; absent before it ended.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata given by whoever triggered it, as string keys and JSON values.
    """

    display_name: Annotated[str, Field(alias="displayName")]
    """
    Name that people see, made from the name of the workflow or task and a number.
    """

    workflow_id: Annotated[str, Field(alias="workflowId")]
    """
    Id of the workflow.
    """

    output: Any
    """
    Output, as JSON: of a standalone task as it is, of a DAG by task name.
    """

    error_message: Annotated[str | None, Field(alias="errorMessage")] = None
    """
    Error of the run; absent where it did not fail.
    """

    workflow_version_id: Annotated[str | None, Field(alias="workflowVersionId")] = None
    """
    Id of the workflow version.
    """

    input: Any
    """
    Input as it was triggered, as JSON.
    """

    created_at: Annotated[AwareDatetime | None, Field(alias="createdAt")] = None
    """
    When it was created.
    """

    parent_task_external_id: Annotated[str | None, Field(alias="parentTaskExternalId")] = None
    """
    External id of the task run that spawned it; absent for runs nobody spawned.
    """

    payloads_restricted: Annotated[bool | None, Field(alias="payloadsRestricted")] = None
    """
    Whether payloads are held back because the reader may not see them.
    """

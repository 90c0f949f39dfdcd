# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta
from .scheduled_workflows_method import ScheduledWorkflowsMethod
from .workflow_run_status import WorkflowRunStatus


class ScheduledWorkflows(Model):
    """
    A run that is to start at a given time.
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

    workflow_id: Annotated[str, Field(alias="workflowId")]
    """
    Id of the workflow.
    """

    workflow_name: Annotated[str, Field(alias="workflowName")]
    """
    Name of the workflow.
    """

    trigger_at: Annotated[AwareDatetime, Field(alias="triggerAt")]
    """
    When the run is to start.
    """

    input: Any | None = None
    """
    Input of the run, as JSON.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata given by whoever triggered it, as string keys and JSON values.
    """

    workflow_run_created_at: Annotated[AwareDatetime | None, Field(alias="workflowRunCreatedAt")] = None
    """
    When the run started; absent before.
    """

    workflow_run_name: Annotated[str | None, Field(alias="workflowRunName")] = None
    """
    Display name of the run; absent before it started.
    """

    workflow_run_status: Annotated[WorkflowRunStatus | None, Field(alias="workflowRunStatus")] = None
    """
    Status of the run; absent before it started.
    """

    workflow_run_id: Annotated[str | None, Field(alias="workflowRunId")] = None
    """
    Id of the run; absent before it started.
    """

    method: ScheduledWorkflowsMethod
    """
    Where it comes from: code or a request.
    """

    priority: int | None = None
    """
    Priority from 1 (low, the default) to 3 (high).
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta
from .cron_workflows_method import CronWorkflowsMethod


class CronWorkflows(Model):
    """
    A cron trigger of a workflow. Expressions are read in UTC, and missed ticks are not made up for.
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

    cron: str
    """
    Cron expression, read in UTC.
    """

    name: str | None = None
    """
    Name of the cron trigger; absent for triggers declared in code.
    """

    input: Any | None = None
    """
    Input of the runs, as JSON.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata given by whoever triggered it, as string keys and JSON values.
    """

    enabled: bool
    """
    Whether ticks start runs.
    """

    method: CronWorkflowsMethod
    """
    Where it comes from: code or a request.
    """

    priority: int | None = None
    """
    Priority from 1 (low, the default) to 3 (high).
    """

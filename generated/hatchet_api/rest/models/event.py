# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta
from .event_workflow_run_summary import EventWorkflowRunSummary
from .tenant import Tenant


class Event(Model):
    """
    An event of the older generation.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    key: str
    """
    Key by which workflows listen.
    """

    tenant: Tenant | None = None
    """
    The tenant it belongs to, where the engine includes it.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    workflow_run_summary: Annotated[EventWorkflowRunSummary | None, Field(alias="workflowRunSummary")] = None
    """
    How many runs the event started, by status.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata given by whoever triggered it, as string keys and JSON values.
    """

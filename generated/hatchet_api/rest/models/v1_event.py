# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta
from .tenant import Tenant
from .v1_event_triggered_run import V1EventTriggeredRun
from .v1_event_workflow_run_summary import V1EventWorkflowRunSummary


class V1Event(Model):
    """
    An event that was pushed, with the runs it triggered.
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

    workflow_run_summary: Annotated[V1EventWorkflowRunSummary, Field(alias="workflowRunSummary")]
    """
    How many runs the event started, by status.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata given by whoever triggered it, as string keys and JSON values.
    """

    payload: dict[str, Any] | None = None
    """
    Payload; absent where it was not asked for or may not be seen.
    """

    scope: str | None = None
    """
    Scope by which event filters are chosen.
    """

    seen_at: Annotated[AwareDatetime | None, Field(alias="seenAt")] = None
    """
    When the engine received the event.
    """

    triggered_runs: Annotated[list[V1EventTriggeredRun] | None, Field(alias="triggeredRuns")] = None
    """
    The runs that the event started.
    """

    triggering_webhook_name: Annotated[str | None, Field(alias="triggeringWebhookName")] = None
    """
    Name of the incoming webhook that pushed it; absent for events from elsewhere.
    """

    payloads_restricted: Annotated[bool | None, Field(alias="payloadsRestricted")] = None
    """
    Whether payloads are held back because the reader may not see them.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta
from .v1_serverless_endpoint_kind import V1ServerlessEndpointKind
from .v1_serverless_endpoint_status import V1ServerlessEndpointStatus


class V1ServerlessEndpoint(Model):
    """
    An HTTPS function that the engine calls in place of a worker. The version that brought it is not
    known.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    name: str
    """
    Name of the endpoint, unique in the tenant.
    """

    kind: V1ServerlessEndpointKind
    """
    What runs behind the endpoint.
    """

    healthcheck_url: Annotated[str, Field(alias="healthcheckUrl")]
    """
    Address that the engine calls to learn about health and actions.
    """

    trigger_url: Annotated[str, Field(alias="triggerUrl")]
    """
    Address that the engine calls with work.
    """

    request_timeout_seconds: Annotated[int, Field(alias="requestTimeoutSeconds")]
    """
    How long one call may take, in seconds.
    """

    poll_interval_seconds: Annotated[int, Field(alias="pollIntervalSeconds")]
    """
    How often the engine checks the endpoint, in seconds.
    """

    inline_wait_budget_ms: Annotated[int, Field(alias="inlineWaitBudgetMs")]
    """
    How long a call may wait for a durable condition before it is ended and called again, in
    milliseconds.
    """

    labels: dict[str, Any]
    """
    Labels by which tasks choose the endpoint.
    """

    enabled: bool
    """
    Whether the engine gives it work.
    """

    status: V1ServerlessEndpointStatus
    """
    What the engine last learnt about it.
    """

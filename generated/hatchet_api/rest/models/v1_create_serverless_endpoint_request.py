# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from .v1_serverless_endpoint_kind import V1ServerlessEndpointKind


class V1CreateServerlessEndpointRequest(Model):
    """
    A new serverless endpoint. The version that brought it is not known.
    """

    name: str
    """
    Name of the endpoint, unique in the tenant.
    """

    kind: V1ServerlessEndpointKind | None = None
    """
    What runs behind the endpoint; plain HTTP when left out.
    """

    healthcheck_url: Annotated[str, Field(alias="healthcheckUrl")]
    """
    Address that the engine calls to learn about health and actions.
    """

    trigger_url: Annotated[str, Field(alias="triggerUrl")]
    """
    Address that the engine calls with work.
    """

    signing_secret: Annotated[str, Field(alias="signingSecret", min_length=32)]
    """
    Secret with which the engine signs its calls, at least 32 characters; it is never shown again.
    """

    request_timeout_seconds: Annotated[int | None, Field(alias="requestTimeoutSeconds")] = None
    """
    How long one call may take, in seconds; 60 when left out.
    """

    poll_interval_seconds: Annotated[int | None, Field(alias="pollIntervalSeconds")] = None
    """
    How often the engine checks the endpoint, in seconds; 30 when left out.
    """

    inline_wait_budget_ms: Annotated[int | None, Field(alias="inlineWaitBudgetMs")] = None
    """
    How long a call may wait for a durable condition before it is ended and called again, in
    milliseconds; 5000 when left out.
    """

    labels: dict[str, Any] | None = None
    """
    Labels by which tasks choose the endpoint.
    """

    enabled: bool | None = None
    """
    Whether the engine gives it work; true when left out.
    """

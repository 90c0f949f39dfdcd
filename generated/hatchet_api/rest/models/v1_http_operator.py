# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta


class V1HTTPOperator(Model):
    """
    An HTTP endpoint that the engine calls in place of a worker.
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
    Name of the operator, unique in the tenant.
    """

    trigger_endpoint: Annotated[str, Field(alias="triggerEndpoint")]
    """
    Address that the engine calls with work.
    """

    healthcheck_endpoint: Annotated[str, Field(alias="healthcheckEndpoint")]
    """
    Address that the engine calls to learn whether the operator is well.
    """

    request_timeout_seconds: Annotated[int, Field(alias="requestTimeoutSeconds")]
    """
    How long one call may take, in seconds.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class V1CreateHTTPOperatorRequest(Model):
    """
    A new HTTP operator.
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

    signing_secret: Annotated[str, Field(alias="signingSecret")]
    """
    Secret with which the engine signs its calls; it is never shown again.
    """

    request_timeout_seconds: Annotated[int, Field(alias="requestTimeoutSeconds")]
    """
    How long one call may take, in seconds.
    """

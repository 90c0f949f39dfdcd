# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class V1UpdateHTTPOperatorRequest(Model):
    """
    Changes to an HTTP operator; what is left out stays.
    """

    trigger_endpoint: Annotated[str | None, Field(alias="triggerEndpoint")] = None
    """
    Address that the engine calls with work.
    """

    healthcheck_endpoint: Annotated[str | None, Field(alias="healthcheckEndpoint")] = None
    """
    Address that the engine calls to learn whether the operator is well.
    """

    signing_secret: Annotated[str | None, Field(alias="signingSecret")] = None
    """
    Secret with which the engine signs its calls; it is never shown again.
    """

    request_timeout_seconds: Annotated[int | None, Field(alias="requestTimeoutSeconds")] = None
    """
    How long one call may take, in seconds.
    """

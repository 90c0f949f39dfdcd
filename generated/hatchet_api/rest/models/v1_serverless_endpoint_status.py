# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field


class V1ServerlessEndpointStatus(Model):
    """
    What the engine last learnt about a serverless endpoint. The version that brought it is not known.
    """

    healthy: bool | None = None
    """
    Whether the last check succeeded; absent before the first one.
    """

    error: str | None = None
    """
    What went wrong with the last check; absent while healthy.
    """

    changed_at: Annotated[AwareDatetime | None, Field(alias="changedAt")] = None
    """
    When health last changed.
    """

    registered_actions: Annotated[list[str], Field(alias="registeredActions")]
    """
    Actions that the endpoint offers.
    """

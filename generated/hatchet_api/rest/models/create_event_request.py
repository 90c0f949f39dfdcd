# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field


class CreateEventRequest(Model):
    """
    An event to push.
    """

    key: str
    """
    Key by which workflows listen, with its namespace.
    """

    data: dict[str, Any]
    """
    Payload, which becomes the input of the runs.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata to store with the event; runs inherit it.
    """

    priority: int | None = None
    """
    Priority of the runs, from 1 (low) to 3 (high); each workflow's default when left out.
    """

    scope: str | None = None
    """
    Scope by which event filters are chosen.
    """

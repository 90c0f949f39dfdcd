# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from hatchet_api.rest.base import Model
from pydantic import Field


class CancelEventRequest(Model):
    """
    Events whose runs are to be cancelled.
    """

    event_ids: Annotated[list[UUID], Field(alias="eventIds")]
    """
    Ids of the events.
    """

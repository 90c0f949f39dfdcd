# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .id import Id


class CancelEventRequest(Model):
    """
    Events whose runs are to be cancelled.
    """

    event_ids: Annotated[list[Id], Field(alias="eventIds")]
    """
    Ids of the events.
    """

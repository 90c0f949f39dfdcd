# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .create_event_request import CreateEventRequest


class BulkCreateEventRequest(Model):
    """
    Events to push together.
    """

    events: list[CreateEventRequest]
    """
    The events to push.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .api_resource_meta import APIResourceMeta
from .event import Event


class BulkCreateEventResponse(Model):
    """
    The events that were pushed.
    """

    metadata: APIResourceMeta
    """
    Id and dates of the batch.
    """

    events: list[Event]
    """
    The events as stored.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class EventData(Model):
    """
    The payload of an event.
    """

    data: str
    """
    The payload, as a JSON text.
    """

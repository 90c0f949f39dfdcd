# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .v1_event import V1Event


class V1WebhookResponse(Model):
    """
    What a sender gets back.
    """

    message: str | None = None
    """
    `ok` where an event was created.
    """

    event: V1Event | None = None
    """
    The created event, where the webhook is set to return it.
    """

    challenge: str | None = None
    """
    Text to send back to a source that checks the address before it sends.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .api_resource_meta import APIResourceMeta


class WebhookWorker(Model):
    """
    A webhook worker of the older generation.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    name: str
    """
    Name of the webhook worker.
    """

    url: str
    """
    Address that the engine calls.
    """

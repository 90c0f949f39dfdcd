# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .webhook_worker_request import WebhookWorkerRequest


class WebhookWorkerRequestListResponse(Model):
    """
    The latest requests to a webhook worker.
    """

    requests: list[WebhookWorkerRequest] | None = None
    """
    The requests, newest first.
    """

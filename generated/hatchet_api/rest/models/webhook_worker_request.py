# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .webhook_worker_request_method import WebhookWorkerRequestMethod


class WebhookWorkerRequest(Model):
    """
    A request that the engine made to a webhook worker.
    """

    created_at: AwareDatetime
    """
    When the request was made.
    """

    method: WebhookWorkerRequestMethod
    """
    HTTP method of the request.
    """

    status_code: Annotated[int, Field(alias="statusCode")]
    """
    HTTP status that came back.
    """

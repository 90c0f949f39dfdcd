# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class WebhookWorkerCreateRequest(Model):
    """
    A new webhook worker.
    """

    name: str
    """
    Name of the webhook worker.
    """

    url: str
    """
    Address that the engine calls.
    """

    secret: Annotated[str | None, Field(min_length=32)] = None
    """
    Secret with which the engine signs its calls, at least 32 characters; the engine makes one when left
    out.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from .v1_webhook_source_name import V1WebhookSourceName


class V1CreateWebhookRequestBase(Model):
    """
    What every new webhook has.
    """

    source_name: Annotated[V1WebhookSourceName, Field(alias="sourceName")]
    """
    Kind of service that sends.
    """

    name: str
    """
    Name of the webhook, unique in the tenant; part of its address.
    """

    event_key_expression: Annotated[str, Field(alias="eventKeyExpression")]
    """
    CEL expression over `input` and `headers` that gives the event key, a string.
    """

    scope_expression: Annotated[str | None, Field(alias="scopeExpression")] = None
    """
    CEL expression over `input` and `headers` that gives the event's scope, a string.
    """

    static_payload: Annotated[dict[str, Any] | None, Field(alias="staticPayload")] = None
    """
    Values that are put over the payload of every message.
    """

    return_event_as_response_payload: Annotated[bool | None, Field(alias="returnEventAsResponsePayload")] = None
    """
    Whether the sender gets the created event in the reply; true by default.
    """

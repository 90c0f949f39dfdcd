# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .v1_create_webhook_request_base import V1CreateWebhookRequestBase
from .v1_webhook_api_key_auth import V1WebhookAPIKeyAuth


class V1CreateWebhookRequestAPIKey(V1CreateWebhookRequestBase):
    """
    A new webhook whose sender puts a key in a header.
    """

    auth_type: Annotated[Literal["API_KEY"], Field(alias="authType")]
    """
    How the sender proves itself.
    """

    auth: V1WebhookAPIKeyAuth
    """
    Key that the sender presents.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .v1_create_webhook_request_base import V1CreateWebhookRequestBase
from .v1_webhook_hmac_auth import V1WebhookHMACAuth


class V1CreateWebhookRequestHMAC(V1CreateWebhookRequestBase):
    """
    A new webhook whose sender signs its messages.
    """

    auth_type: Annotated[Literal["HMAC"], Field(alias="authType")]
    """
    How the sender proves itself.
    """

    auth: V1WebhookHMACAuth
    """
    How the sender signs.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

from .v1_create_webhook_request_api_key import V1CreateWebhookRequestAPIKey
from .v1_create_webhook_request_basic_auth import V1CreateWebhookRequestBasicAuth
from .v1_create_webhook_request_hmac import V1CreateWebhookRequestHMAC

V1CreateWebhookRequest = TypeAliasType(
    "V1CreateWebhookRequest",
    V1CreateWebhookRequestBasicAuth | V1CreateWebhookRequestAPIKey | V1CreateWebhookRequestHMAC,
)
"""
A new incoming webhook, in one of three shapes by way of authentication.
"""

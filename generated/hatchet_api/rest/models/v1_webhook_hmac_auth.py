# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .v1_webhook_hmac_algorithm import V1WebhookHMACAlgorithm
from .v1_webhook_hmac_encoding import V1WebhookHMACEncoding


class V1WebhookHMACAuth(Model):
    """
    How a sender signs its messages.
    """

    algorithm: V1WebhookHMACAlgorithm
    """
    Hash of the signature.
    """

    encoding: V1WebhookHMACEncoding
    """
    How the signature is written.
    """

    signature_header_name: Annotated[str, Field(alias="signatureHeaderName")]
    """
    Header that carries the signature.
    """

    signing_secret: Annotated[str, Field(alias="signingSecret")]
    """
    Secret that both sides share.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1WebhookHMACEncoding(OpenEnum):
    """
    How a signature is written.
    """

    HEX = "HEX"
    """Hexadecimal digits."""
    BASE64 = "BASE64"
    """Base64."""
    BASE64URL = "BASE64URL"
    """Base64 for addresses."""

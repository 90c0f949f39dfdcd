# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1WebhookAuthType(OpenEnum):
    """
    How a sender proves itself: basic authentication, a key in a header, or a signature.
    """

    BASIC = "BASIC"
    """Basic authentication."""
    API_KEY = "API_KEY"
    """A key in a header."""
    HMAC = "HMAC"
    """A signature of the body."""

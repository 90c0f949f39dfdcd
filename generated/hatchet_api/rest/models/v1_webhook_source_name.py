# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1WebhookSourceName(OpenEnum):
    """
    Kind of service that sends to a webhook; it decides how messages are checked.
    """

    GENERIC = "GENERIC"
    """Any sender; checked as the webhook says."""
    GITHUB = "GITHUB"
    """GitHub."""
    STRIPE = "STRIPE"
    """Stripe."""
    SLACK = "SLACK"
    """Slack."""
    LINEAR = "LINEAR"
    """Linear."""
    SVIX = "SVIX"
    """Svix."""

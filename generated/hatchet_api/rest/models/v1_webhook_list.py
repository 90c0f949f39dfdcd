# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .pagination_response import PaginationResponse
from .v1_webhook import V1Webhook


class V1WebhookList(Model):
    """
    A page of incoming webhooks.
    """

    pagination: PaginationResponse | None = None
    """
    Where this page stands in the whole list.
    """

    rows: list[V1Webhook] | None = None
    """
    The rows of this page.
    """

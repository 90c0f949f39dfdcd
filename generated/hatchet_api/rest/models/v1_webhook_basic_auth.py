# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class V1WebhookBasicAuth(Model):
    """
    Name and password that a sender presents.
    """

    username: str
    """
    Name that the sender presents.
    """

    password: str
    """
    Password that the sender presents.
    """

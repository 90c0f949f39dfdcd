# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class V1StreamPayloadRef(Model):
    """
    Reference to an uploaded payload. Since v0.120.0.
    """

    ref: str
    """
    Reference to give in a stream message or a download.
    """

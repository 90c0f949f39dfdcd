# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class V1StreamPayloadUploadRequest(Model):
    """
    What `v1-stream-payload:upload` is sent.
    """

    payload: bytes
    """
    The bytes to store.
    """

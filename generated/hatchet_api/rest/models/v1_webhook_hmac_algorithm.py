# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1WebhookHMACAlgorithm(OpenEnum):
    """
    Hash of a signature.
    """

    SHA1 = "SHA1"
    """SHA-1."""
    SHA256 = "SHA256"
    """SHA-256."""
    SHA512 = "SHA512"
    """SHA-512."""
    MD5 = "MD5"
    """MD5."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1ServerlessEndpointKind(OpenEnum):
    """
    What runs behind a serverless endpoint. The version that brought it is not known.
    """

    GENERIC_HTTP = "GENERIC_HTTP"
    """Any HTTP server."""
    CLOUDFLARE_WORKERS = "CLOUDFLARE_WORKERS"
    """Cloudflare Workers."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .v1_cel_debug_response_status import V1CELDebugResponseStatus


class V1CELDebugResponse(Model):
    """
    What a CEL expression gave.
    """

    status: V1CELDebugResponseStatus
    """
    Current status.
    """

    output: bool | None = None
    """
    What the expression gave; set where the status is SUCCESS.
    """

    error: str | None = None
    """
    Why the expression could not be evaluated; set where the status is ERROR.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1CELDebugResponseStatus(OpenEnum):
    """
    Whether a CEL expression could be evaluated.
    """

    SUCCESS = "SUCCESS"
    """It was evaluated."""
    ERROR = "ERROR"
    """It is not valid, or failed on the values given."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class OtelStatusCode(OpenEnum):
    """
    Outcome of a span, as OpenTelemetry defines it.
    """

    UNSET = "UNSET"
    """Nothing was said."""
    OK = "OK"
    """It went well."""
    ERROR = "ERROR"
    """It failed."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1LogLineLevel(OpenEnum):
    """
    Severity of a log line.
    """

    DEBUG = "DEBUG"
    """Details for a developer."""
    INFO = "INFO"
    """What happens as it should."""
    WARN = "WARN"
    """What may be wrong."""
    ERROR = "ERROR"
    """What failed."""

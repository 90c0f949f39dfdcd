# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class StepRunEventSeverity(OpenEnum):
    """
    How grave an event of a step run is.
    """

    INFO = "INFO"
    """Nothing is wrong."""
    WARNING = "WARNING"
    """It may need a look."""
    CRITICAL = "CRITICAL"
    """It failed."""

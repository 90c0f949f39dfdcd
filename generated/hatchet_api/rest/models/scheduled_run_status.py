# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class ScheduledRunStatus(OpenEnum):
    """
    State of a scheduled run: SCHEDULED until it fires, then the state of its run.
    """

    PENDING = "PENDING"
    """It has fired, and its run waits to be started."""
    RUNNING = "RUNNING"
    """Its run is running."""
    SUCCEEDED = "SUCCEEDED"
    """Its run ended well."""
    FAILED = "FAILED"
    """Its run ended with an error."""
    CANCELLED = "CANCELLED"
    """Its run was cancelled."""
    QUEUED = "QUEUED"
    """Its run waits for a worker."""
    SCHEDULED = "SCHEDULED"
    """It has not fired yet."""

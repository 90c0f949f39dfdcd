# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class StepRunStatus(OpenEnum):
    """
    Status of a step run of the older generation.
    """

    PENDING = "PENDING"
    """It waits for what comes before it."""
    PENDING_ASSIGNMENT = "PENDING_ASSIGNMENT"
    """It waits for a worker."""
    ASSIGNED = "ASSIGNED"
    """It is assigned to a worker."""
    RUNNING = "RUNNING"
    """It is running."""
    SUCCEEDED = "SUCCEEDED"
    """It ended well."""
    FAILED = "FAILED"
    """It ended with an error."""
    CANCELLED = "CANCELLED"
    """It was cancelled."""
    CANCELLING = "CANCELLING"
    """It is being cancelled."""
    BACKOFF = "BACKOFF"
    """It failed and waits for its next attempt."""

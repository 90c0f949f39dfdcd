# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class JobRunStatus(OpenEnum):
    """
    Status of a job run.
    """

    PENDING = "PENDING"
    """It waits to be started."""
    RUNNING = "RUNNING"
    """It is running."""
    SUCCEEDED = "SUCCEEDED"
    """It ended well."""
    FAILED = "FAILED"
    """It ended with an error."""
    CANCELLED = "CANCELLED"
    """It was cancelled."""
    BACKOFF = "BACKOFF"
    """It failed and waits for its next attempt."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class WorkflowRunStatus(OpenEnum):
    """
    Status of a run of the older generation.
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
    QUEUED = "QUEUED"
    """It waits for its concurrency group."""
    BACKOFF = "BACKOFF"
    """It failed and waits for its next attempt."""

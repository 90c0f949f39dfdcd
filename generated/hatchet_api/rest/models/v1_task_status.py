# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1TaskStatus(OpenEnum):
    """
    Status of a run or task run. An evicted durable task counts as RUNNING.
    """

    QUEUED = "QUEUED"
    """It waits for a worker."""
    RUNNING = "RUNNING"
    """It is running, or waits evicted."""
    COMPLETED = "COMPLETED"
    """It ended well."""
    CANCELLED = "CANCELLED"
    """It was cancelled."""
    FAILED = "FAILED"
    """It ended with an error."""

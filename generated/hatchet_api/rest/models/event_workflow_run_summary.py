# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class EventWorkflowRunSummary(Model):
    """
    How many runs an event of the older generation started, by status.
    """

    pending: int | None = None
    """
    Number of pending runs.
    """

    running: int | None = None
    """
    Number of running runs.
    """

    queued: int | None = None
    """
    Number of queued runs.
    """

    succeeded: int | None = None
    """
    Number of runs that succeeded.
    """

    failed: int | None = None
    """
    Number of runs that failed.
    """

    cancelled: int | None = None
    """
    Number of cancelled runs.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class V1EventWorkflowRunSummary(Model):
    """
    How many runs an event started, by status.
    """

    running: int
    """
    Number of running runs.
    """

    queued: int
    """
    Number of queued runs.
    """

    succeeded: int
    """
    Number of runs that succeeded.
    """

    failed: int
    """
    Number of runs that failed.
    """

    cancelled: int
    """
    Number of cancelled runs.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class WorkerStatus(OpenEnum):
    """
    Whether a worker takes work: active, silent for too long, or paused.
    """

    ACTIVE = "ACTIVE"
    """It takes work."""
    INACTIVE = "INACTIVE"
    """It has been silent for too long."""
    PAUSED = "PAUSED"
    """It is connected and gets no new work."""

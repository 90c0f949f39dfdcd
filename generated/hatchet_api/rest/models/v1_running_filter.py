# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1RunningFilter(OpenEnum):
    """
    Which running runs are meant: all of them, only evicted ones, or only those on a worker.
    """

    ALL = "ALL"
    """All running runs."""
    EVICTED = "EVICTED"
    """Only those that are evicted from their worker."""
    ON_WORKER = "ON_WORKER"
    """Only those that a worker is running."""

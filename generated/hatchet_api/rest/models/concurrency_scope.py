# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class ConcurrencyScope(OpenEnum):
    """
    Whether a concurrency rule counts whole runs or single tasks.
    """

    WORKFLOW = "WORKFLOW"
    """Whole runs count."""
    TASK = "TASK"
    """Single tasks count."""

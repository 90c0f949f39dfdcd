# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class ScheduledWorkflowsBulkError(Model):
    """
    Why one scheduled run was left as it was.
    """

    id: str | None = None
    """
    Id of the scheduled run; absent where the fault is not about one.
    """

    error: str
    """
    Why the scheduled run was left as it was.
    """

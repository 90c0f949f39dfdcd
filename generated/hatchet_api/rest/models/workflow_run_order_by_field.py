# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class WorkflowRunOrderByField(OpenEnum):
    """
    What runs of the older generation can be sorted by.
    """

    CREATED_AT = "createdAt"
    """By the time at which it was made."""
    STARTED_AT = "startedAt"
    """By the time at which it began."""
    FINISHED_AT = "finishedAt"
    """By the time at which it ended."""
    DURATION = "duration"
    """By how long it ran."""

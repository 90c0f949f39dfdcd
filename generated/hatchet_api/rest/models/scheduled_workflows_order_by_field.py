# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class ScheduledWorkflowsOrderByField(OpenEnum):
    """
    What scheduled runs can be sorted by.
    """

    TRIGGER_AT = "triggerAt"
    """By the time at which it fires."""
    CREATED_AT = "createdAt"
    """By the time at which it was made."""

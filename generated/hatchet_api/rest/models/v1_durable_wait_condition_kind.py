# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1DurableWaitConditionKind(OpenEnum):
    """
    What a durable wait waits for: time, an event, or a child run.
    """

    SLEEP = "SLEEP"
    """It waits for a time."""
    USER_EVENT = "USER_EVENT"
    """It waits for an event."""
    CHILD_WORKFLOW = "CHILD_WORKFLOW"
    """It waits for a child run."""

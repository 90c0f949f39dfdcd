# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class StepRunEventReason(OpenEnum):
    """
    What happened to a step run.
    """

    REQUEUED_NO_WORKER = "REQUEUED_NO_WORKER"
    """It was queued again, because no worker could take it."""
    REQUEUED_RATE_LIMIT = "REQUEUED_RATE_LIMIT"
    """It was queued again, because a rate limit was used up."""
    SCHEDULING_TIMED_OUT = "SCHEDULING_TIMED_OUT"
    """It waited for a worker for longer than its schedule timeout."""
    ASSIGNED = "ASSIGNED"
    """It was assigned to a worker."""
    STARTED = "STARTED"
    """A worker began to run it."""
    ACKNOWLEDGED = "ACKNOWLEDGED"
    """A worker has taken it over."""
    FINISHED = "FINISHED"
    """It ended well."""
    FAILED = "FAILED"
    """It ended with an error."""
    RETRYING = "RETRYING"
    """It failed and is tried again."""
    CANCELLED = "CANCELLED"
    """It was cancelled."""
    TIMEOUT_REFRESHED = "TIMEOUT_REFRESHED"
    """Its timeout was extended."""
    REASSIGNED = "REASSIGNED"
    """Its worker was lost, and it goes to another."""
    TIMED_OUT = "TIMED_OUT"
    """It ran for longer than its timeout."""
    SLOT_RELEASED = "SLOT_RELEASED"
    """It gave its slot back before its end."""
    RETRIED_BY_USER = "RETRIED_BY_USER"
    """A person or a program ran it again."""
    WORKFLOW_RUN_GROUP_KEY_SUCCEEDED = "WORKFLOW_RUN_GROUP_KEY_SUCCEEDED"
    """The key of its concurrency group was found."""
    WORKFLOW_RUN_GROUP_KEY_FAILED = "WORKFLOW_RUN_GROUP_KEY_FAILED"
    """The key of its concurrency group could not be found."""

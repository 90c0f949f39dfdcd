# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class TenantResource(OpenEnum):
    """
    What a tenant's limits are counted in.
    """

    WORKER = "WORKER"
    """Workers that are connected."""
    WORKER_SLOT = "WORKER_SLOT"
    """Slots of all workers."""
    EVENT = "EVENT"
    """Events that were pushed."""
    TASK_RUN = "TASK_RUN"
    """Task runs that were started."""
    CRON = "CRON"
    """Cron triggers."""
    SCHEDULE = "SCHEDULE"
    """Scheduled runs."""
    INCOMING_WEBHOOK = "INCOMING_WEBHOOK"
    """Incoming webhooks."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class TenantResource(OpenEnum):
    """
    What a tenant's limits are counted in.
    """

    WORKER = "WORKER"
    WORKER_SLOT = "WORKER_SLOT"
    EVENT = "EVENT"
    TASK_RUN = "TASK_RUN"
    CRON = "CRON"
    SCHEDULE = "SCHEDULE"
    INCOMING_WEBHOOK = "INCOMING_WEBHOOK"

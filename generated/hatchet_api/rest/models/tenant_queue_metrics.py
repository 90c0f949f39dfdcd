# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .queue_metrics import QueueMetrics


class TenantQueueMetrics(Model):
    """
    How much work is in each stage, for a tenant and per workflow.
    """

    total: QueueMetrics | None = None
    """
    Numbers of the whole tenant.
    """

    workflow: dict[str, QueueMetrics] | None = None
    """
    Numbers by workflow id.
    """

    queues: dict[str, int] | None = None
    """
    Number of queued items by queue name.
    """

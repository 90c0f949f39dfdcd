# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Any

from hatchet_api.rest.base import Model


class TenantStepRunQueueMetrics(Model):
    """
    What is queued per action.
    """

    queues: dict[str, Any] | None = None
    """
    Number of queued items by action; under a workflow's name, numbers by concurrency key.
    """

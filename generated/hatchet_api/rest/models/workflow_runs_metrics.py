# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .workflow_runs_metrics_counts import WorkflowRunsMetricsCounts


class WorkflowRunsMetrics(Model):
    """
    Runs of the older generation, counted by status.
    """

    counts: WorkflowRunsMetricsCounts | None = None
    """
    Numbers by status.
    """

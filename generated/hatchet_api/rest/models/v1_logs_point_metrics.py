# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .v1_logs_point_metric import V1LogsPointMetric


class V1LogsPointMetrics(Model):
    """
    Log lines, by interval of time.
    """

    results: list[V1LogsPointMetric] | None = None
    """
    One entry per interval of time, oldest first.
    """

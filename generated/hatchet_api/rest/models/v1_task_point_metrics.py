# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .v1_task_point_metric import V1TaskPointMetric


class V1TaskPointMetrics(Model):
    """
    Finished task runs, by interval of time.
    """

    results: list[V1TaskPointMetric] | None = None
    """
    One entry per interval of time, oldest first.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

from .v1_task_run_metric import V1TaskRunMetric

V1TaskRunMetrics = TypeAliasType("V1TaskRunMetrics", list[V1TaskRunMetric])
"""
Task runs, counted by status.
"""

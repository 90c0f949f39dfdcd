# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1WorkflowType(OpenEnum):
    """
    Whether a row is a graph of tasks or a single task.
    """

    DAG = "DAG"
    """A graph of tasks."""
    TASK = "TASK"
    """A single task."""

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class WorkflowKind(OpenEnum):
    """
    Kind of a workflow: a single function, a durable one, or a graph.
    """

    FUNCTION = "FUNCTION"
    """A single function."""
    DURABLE = "DURABLE"
    """A durable function."""
    DAG = "DAG"
    """A graph of tasks."""

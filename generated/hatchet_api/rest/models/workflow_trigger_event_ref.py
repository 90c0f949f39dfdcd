# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class WorkflowTriggerEventRef(Model):
    """
    An event key that starts a workflow.
    """

    parent_id: str | None = None
    """
    Id of the set of triggers it belongs to.
    """

    event_key: str | None = None
    """
    Key of the event.
    """

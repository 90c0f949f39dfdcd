# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .api_resource_meta import APIResourceMeta
from .workflow_trigger_cron_ref import WorkflowTriggerCronRef
from .workflow_trigger_event_ref import WorkflowTriggerEventRef


class WorkflowTriggers(Model):
    """
    What starts a workflow.
    """

    metadata: APIResourceMeta | None = None
    """
    Id and dates, where the engine gives them.
    """

    workflow_version_id: str | None = None
    """
    Id of the workflow version.
    """

    tenant_id: str | None = None
    """
    Id of the tenant it belongs to.
    """

    events: list[WorkflowTriggerEventRef] | None = None
    """
    Event keys that start the workflow.
    """

    crons: list[WorkflowTriggerCronRef] | None = None
    """
    Cron expressions that start the workflow.
    """

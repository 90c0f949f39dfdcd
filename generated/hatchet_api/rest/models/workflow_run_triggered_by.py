# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta


class WorkflowRunTriggeredBy(Model):
    """
    What started a run of the older generation; at most one of the causes is set.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    parent_workflow_run_id: Annotated[str | None, Field(alias="parentWorkflowRunId")] = None
    """
    Id of the run that spawned this one.
    """

    event_id: Annotated[str | None, Field(alias="eventId")] = None
    """
    Id of the event that started the run.
    """

    cron_parent_id: Annotated[str | None, Field(alias="cronParentId")] = None
    """
    Id of the set of triggers whose cron expression started the run.
    """

    cron_schedule: Annotated[str | None, Field(alias="cronSchedule")] = None
    """
    Cron expression that started the run.
    """

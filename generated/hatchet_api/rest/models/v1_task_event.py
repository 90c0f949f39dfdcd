# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .v1_task_event_type import V1TaskEventType


class V1TaskEvent(Model):
    """
    Something that happened to a task run.
    """

    id: int
    """
    Number of the event.
    """

    task_id: Annotated[str, Field(alias="taskId")]
    """
    External id of the task run.
    """

    timestamp: AwareDatetime
    """
    When it happened.
    """

    event_type: Annotated[V1TaskEventType, Field(alias="eventType")]
    """
    What happened.
    """

    message: str
    """
    Explanation for a person to read; often empty.
    """

    error_message: Annotated[str | None, Field(alias="errorMessage")] = None
    """
    Error that the event reports.
    """

    output: str | None = None
    """
    Output, as a JSON text; set on events that carry one.
    """

    worker_id: Annotated[str | None, Field(alias="workerId")] = None
    """
    Id of the worker it was given to; absent before.
    """

    task_display_name: Annotated[str | None, Field(alias="taskDisplayName")] = None
    """
    Name of the task run that people see.
    """

    retry_count: Annotated[int | None, Field(alias="retryCount")] = None
    """
    How many attempts came before, 0 for the first.
    """

    attempt: int | None = None
    """
    Number of the attempt, counted from 1; one more than the number of retries.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .v1_log_line_level import V1LogLineLevel


class V1LogLine(Model):
    """
    A line that a task logged.
    """

    created_at: Annotated[AwareDatetime, Field(alias="createdAt")]
    """
    When the line was written.
    """

    message: str
    """
    Text of the entry.
    """

    metadata: dict[str, Any]
    """
    Values that were logged with the line.
    """

    task_external_id: Annotated[str | None, Field(alias="taskExternalId")] = None
    """
    External id of the task run that wrote the line.
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

    level: V1LogLineLevel | None = None
    """
    Severity of the line.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field


class CreateCronWorkflowTriggerRequest(Model):
    """
    A new cron trigger.
    """

    input: dict[str, Any]
    """
    Input of every run.
    """

    additional_metadata: Annotated[dict[str, Any], Field(alias="additionalMetadata")]
    """
    Metadata to store with every run.
    """

    cron_name: Annotated[str, Field(alias="cronName")]
    """
    Name of the cron trigger.
    """

    cron_expression: Annotated[str, Field(alias="cronExpression")]
    """
    Cron expression, read in UTC.
    """

    priority: Annotated[int | None, Field(ge=1, le=3)] = None
    """
    Priority from 1 (low, the default) to 3 (high).
    """

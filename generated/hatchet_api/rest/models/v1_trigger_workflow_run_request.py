# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field


class V1TriggerWorkflowRunRequest(Model):
    """
    A run to start.
    """

    workflow_name: Annotated[str, Field(alias="workflowName")]
    """
    Name of the workflow, with its namespace.
    """

    input: dict[str, Any]
    """
    Input of the run.
    """

    additional_metadata: Annotated[dict[str, Any] | None, Field(alias="additionalMetadata")] = None
    """
    Metadata to store with the run.
    """

    priority: int | None = None
    """
    Priority from 1 (low, the default) to 3 (high).
    """

    return_only_id: bool | None = None
    """
    Answer at once with little more than the id, without waiting until the run can be read back.
    """

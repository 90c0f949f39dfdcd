# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .id import Id
from .v1_task_status import V1TaskStatus


class V1TaskFilter(Model):
    """
    Which runs are meant, by creation time and properties. A filter on RUNNING does not reach evicted
    runs.
    """

    since: AwareDatetime
    """
    Only runs created at or after this time.
    """

    until: AwareDatetime | None = None
    """
    Only runs created at or before this time; now when left out.
    """

    statuses: list[V1TaskStatus] | None = None
    """
    Only runs in one of these statuses; all when left out.
    """

    workflow_ids: Annotated[list[Id] | None, Field(alias="workflowIds")] = None
    """
    Only runs of these workflows.
    """

    additional_metadata: Annotated[list[str] | None, Field(alias="additionalMetadata")] = None
    """
    Only runs with this metadata, as `key:value` pairs; of several pairs one suffices.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class WorkflowMetrics(Model):
    """
    Runs of a workflow, counted by concurrency group.
    """

    group_key_runs_count: Annotated[int | None, Field(alias="groupKeyRunsCount")] = None
    """
    Number of runs in the group, or in all groups where none was named.
    """

    group_key_count: Annotated[int | None, Field(alias="groupKeyCount")] = None
    """
    Number of groups.
    """

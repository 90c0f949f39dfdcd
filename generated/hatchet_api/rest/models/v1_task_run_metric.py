# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .v1_running_detail_count import V1RunningDetailCount
from .v1_task_status import V1TaskStatus


class V1TaskRunMetric(Model):
    """
    Number of task runs in one status.
    """

    status: V1TaskStatus
    """
    Current status.
    """

    count: int
    """
    Number of task runs.
    """

    running_detail_count: Annotated[V1RunningDetailCount | None, Field(alias="runningDetailCount")] = None
    """
    Where the running ones are; set for the status RUNNING only.
    """

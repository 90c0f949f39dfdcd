# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class WorkflowRunsMetricsCounts(Model):
    """
    Number of runs in each status.
    """

    pending: Annotated[int | None, Field(alias="PENDING")] = None
    """
    Number of pending runs.
    """

    running: Annotated[int | None, Field(alias="RUNNING")] = None
    """
    Number of running runs.
    """

    succeeded: Annotated[int | None, Field(alias="SUCCEEDED")] = None
    """
    Number of runs that succeeded.
    """

    failed: Annotated[int | None, Field(alias="FAILED")] = None
    """
    Number of runs that failed.
    """

    queued: Annotated[int | None, Field(alias="QUEUED")] = None
    """
    Number of queued runs.
    """

    cancelled: Annotated[int | None, Field(alias="CANCELLED")] = None
    """
    Number of cancelled runs.
    """

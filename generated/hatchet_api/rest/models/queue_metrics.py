# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class QueueMetrics(Model):
    """
    How much work is in each stage.
    """

    num_queued: Annotated[int, Field(alias="numQueued")]
    """
    Number of queued task runs.
    """

    num_running: Annotated[int, Field(alias="numRunning")]
    """
    Number of running task runs.
    """

    num_pending: Annotated[int, Field(alias="numPending")]
    """
    Number of task runs that are not ready to be queued.
    """

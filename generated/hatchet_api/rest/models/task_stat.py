# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .task_status_stat import TaskStatusStat


class TaskStat(Model):
    """
    Queued and running work of one task.
    """

    queued: TaskStatusStat | None = None
    """
    What waits in a queue; absent where nothing does.
    """

    running: TaskStatusStat | None = None
    """
    What runs on a worker; absent where nothing does.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class V1ReplayedTasks(Model):
    """
    The task runs that run again.
    """

    ids: list[str] | None = None
    """
    External ids of the task runs that run again.
    """

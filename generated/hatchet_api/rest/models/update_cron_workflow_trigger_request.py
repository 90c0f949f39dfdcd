# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class UpdateCronWorkflowTriggerRequest(Model):
    """
    Changes to a cron trigger.
    """

    enabled: bool | None = None
    """
    Whether ticks are to start runs.
    """

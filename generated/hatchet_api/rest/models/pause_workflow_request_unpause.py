# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Literal

from hatchet_api.rest.base import Model


class PauseWorkflowRequestUnpause(Model):
    """
    Resume a workflow; what waited is queued again.
    """

    action: Literal["unpause"]
    """
    Always `unpause`.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Any

from hatchet_api.rest.base import Model


class RerunStepRunRequest(Model):
    """
    Input for running a step again.
    """

    input: dict[str, Any]
    """
    New input of the step.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class RegisteredWorkflow(Model):
    """
    A workflow that a worker registered.
    """

    id: str
    """
    Id of the workflow.
    """

    name: str
    """
    Name of the workflow.
    """

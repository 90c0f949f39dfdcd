# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class WorkflowTag(Model):
    """
    A colored tag on a workflow.
    """

    name: str
    """
    Text of the tag.
    """

    color: str
    """
    Color of the tag, such as `#ff0000`.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class V1RestoreTaskResponse(Model):
    """
    Whether an evicted task was queued again.
    """

    requeued: bool
    """
    Whether the task was queued again.
    """

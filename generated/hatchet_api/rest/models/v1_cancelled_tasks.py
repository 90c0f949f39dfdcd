# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class V1CancelledTasks(Model):
    """
    The ids whose cancelling was asked for.
    """

    ids: list[str] | None = None
    """
    The ids that were asked for, or that the filter found.
    """

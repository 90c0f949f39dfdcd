# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class WorkerSlotConfig(Model):
    """
    Slots of one kind on a worker.
    """

    available: int | None = None
    """
    Slots that are free now; absent where the worker is not connected.
    """

    limit: int
    """
    Slots in all.
    """

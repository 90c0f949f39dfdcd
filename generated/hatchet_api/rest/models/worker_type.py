# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class WorkerType(OpenEnum):
    """
    Who operates a worker.
    """

    SELFHOSTED = "SELFHOSTED"
    """Its owner operates it."""
    MANAGED = "MANAGED"
    """The hosted edition operates it."""
    WEBHOOK = "WEBHOOK"
    """It is called by HTTP."""

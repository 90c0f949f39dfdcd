# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class UpdateWorkerRequest(Model):
    """
    Changes to a worker.
    """

    is_paused: Annotated[bool | None, Field(alias="isPaused")] = None
    """
    Whether the worker is to receive no new tasks.
    """

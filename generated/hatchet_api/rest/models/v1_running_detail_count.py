# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class V1RunningDetailCount(Model):
    """
    Where the running task runs are.
    """

    evicted: int
    """
    Number of running task runs that are evicted.
    """

    on_worker: Annotated[int, Field(alias="onWorker")]
    """
    Number of running task runs that a worker has.
    """

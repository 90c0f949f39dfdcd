# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field


class V1TaskPointMetric(Model):
    """
    Finished task runs of one interval of time.
    """

    time: AwareDatetime
    """
    Start of the interval.
    """

    succeeded: Annotated[int, Field(alias="SUCCEEDED")]
    """
    Task runs that succeeded in the interval.
    """

    failed: Annotated[int, Field(alias="FAILED")]
    """
    Task runs that failed in the interval.
    """

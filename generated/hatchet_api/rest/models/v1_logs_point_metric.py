# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field


class V1LogsPointMetric(Model):
    """
    Log lines of one interval of time, by level.
    """

    time: AwareDatetime
    """
    Start of the interval.
    """

    debug: Annotated[int, Field(alias="DEBUG")]
    """
    Number of lines of level DEBUG.
    """

    info: Annotated[int, Field(alias="INFO")]
    """
    Number of lines of level INFO.
    """

    warn: Annotated[int, Field(alias="WARN")]
    """
    Number of lines of level WARN.
    """

    error: Annotated[int, Field(alias="ERROR")]
    """
    Number of lines of level ERROR.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class TriggerRunResult(Model):
    """
    The run that was started.
    """

    external_id: Annotated[str, Field(alias="externalId")]
    """
    External id of the run.
    """

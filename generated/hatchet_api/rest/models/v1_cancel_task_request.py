# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .id import Id
from .v1_task_filter import V1TaskFilter


class V1CancelTaskRequest(Model):
    """
    What to cancel: ids or a filter, exactly one of them.
    """

    external_ids: Annotated[list[Id] | None, Field(alias="externalIds")] = None
    """
    External ids of runs or task runs.
    """

    filter: V1TaskFilter | None = None
    """
    Conditions in place of ids.
    """

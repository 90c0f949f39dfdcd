# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta


class V1WorkflowRunDisplayName(Model):
    """
    The display name of a run.
    """

    metadata: APIResourceMeta
    """
    Id and dates of the run; the id is the external one.
    """

    display_name: Annotated[str, Field(alias="displayName")]
    """
    Name that people see, made from the name of the workflow or task and a number.
    """

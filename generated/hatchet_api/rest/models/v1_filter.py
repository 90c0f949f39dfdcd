# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta


class V1Filter(Model):
    """
    A rule that decides which events of a scope start a workflow, and adds a payload to the runs.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    workflow_id: Annotated[str, Field(alias="workflowId")]
    """
    Id of the workflow that the filter guards.
    """

    scope: str
    """
    Scope by which event filters are chosen.
    """

    expression: str
    """
    CEL expression over `input`, `additional_metadata`, `payload`, `event_id` and `event_key`; events
    for which it is true start the workflow.
    """

    payload: dict[str, Any]
    """
    Values that expressions see as `payload` and runs get as filter payload.
    """

    is_declarative: Annotated[bool | None, Field(alias="isDeclarative")] = None
    """
    Whether the filter was declared in code and follows the next registration.
    """

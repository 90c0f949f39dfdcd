# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta


class Step(Model):
    """
    A task as declared in a workflow version.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    readable_id: Annotated[str, Field(alias="readableId")]
    """
    Name of the task inside its workflow.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    job_id: Annotated[str, Field(alias="jobId")]
    """
    Id of the job.
    """

    action: str
    """
    Action that a worker must offer, `service:task` in form.
    """

    timeout: str | None = None
    """
    How long one attempt may take, as a duration such as `60s`.
    """

    is_durable: Annotated[bool | None, Field(alias="isDurable")] = None
    """
    Whether the task is durable.
    """

    slot_requests: Annotated[dict[str, int] | None, Field(alias="slotRequests")] = None
    """
    Slots that one attempt takes, by kind of slot.
    """

    children: list[str] | None = None
    """
    Names of the steps that depend on it.
    """

    parents: list[str] | None = None
    """
    Names of the steps it depends on.
    """

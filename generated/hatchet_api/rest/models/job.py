# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_resource_meta import APIResourceMeta
from .step import Step


class Job(Model):
    """
    The steps of a workflow version that run together.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    version_id: Annotated[str, Field(alias="versionId")]
    """
    Id of the workflow version.
    """

    name: str
    """
    Name of the job.
    """

    description: str | None = None
    """
    What the job is for.
    """

    steps: list[Step]
    """
    The steps of the job.
    """

    timeout: str | None = None
    """
    How long the job may take, as a duration.
    """

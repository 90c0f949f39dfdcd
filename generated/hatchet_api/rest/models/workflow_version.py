# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from hatchet_api.rest.base import Model
from pydantic import Field

from ._internal_1 import Workflow
from .api_resource_meta import APIResourceMeta
from .concurrency_setting import ConcurrencySetting
from .job import Job
from .workflow_concurrency import WorkflowConcurrency
from .workflow_triggers import WorkflowTriggers


class WorkflowVersion(Model):
    """
    A version of a workflow. Each changed registration makes a new one.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    version: str
    """
    Name of the version, as its author gave it or a number.
    """

    order: int
    """
    Position in the sequence of versions.
    """

    workflow_id: Annotated[str, Field(alias="workflowId")]
    """
    Id of the workflow.
    """

    sticky: str | None = None
    """
    Sticky strategy, SOFT or HARD; absent where tasks may go to any worker.
    """

    default_priority: Annotated[int | None, Field(alias="defaultPriority")] = None
    """
    Priority of runs whose trigger names none, from 1 to 3.
    """

    workflow: Workflow | None = None
    """
    The workflow, where the engine includes it.
    """

    concurrency: WorkflowConcurrency | None = None
    """
    Concurrency rule of the older generation.
    """

    triggers: WorkflowTriggers | None = None
    """
    What starts the workflow.
    """

    schedule_timeout: Annotated[str | None, Field(alias="scheduleTimeout")] = None
    """
    How long a task may wait for a worker, as a duration such as `5m`.
    """

    jobs: list[Job] | None = None
    """
    Jobs of this version.
    """

    workflow_config: Annotated[dict[str, Any] | None, Field(alias="workflowConfig")] = None
    """
    The registration as the engine received it.
    """

    v1_concurrency: Annotated[list[ConcurrencySetting] | None, Field(alias="v1Concurrency")] = None
    """
    Concurrency rules of the workflow and its tasks.
    """

    input_json_schema: Annotated[dict[str, Any] | None, Field(alias="inputJsonSchema")] = None
    """
    JSON schema of the input, where the worker registered one.
    """

# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta
from .v1_task_status import V1TaskStatus


class V1TaskTiming(Model):
    """
    When a task run was queued, started and finished.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    depth: int
    """
    Generation of the task run: 0 for the run's own tasks, 1 for its children's.
    """

    status: V1TaskStatus
    """
    Current status.
    """

    is_evicted: Annotated[bool | None, Field(alias="isEvicted")] = None
    """
    Whether a durable task is evicted: it waits without holding a worker's slot, while its status is
    RUNNING.
    """

    task_display_name: Annotated[str, Field(alias="taskDisplayName")]
    """
    Name of the task run that people see.
    """

    task_external_id: Annotated[str, Field(alias="taskExternalId")]
    """
    External id of the task run, the one to use in requests.
    """

    task_id: Annotated[int, Field(alias="taskId")]
    """
    Internal number of the task run.
    """

    task_inserted_at: Annotated[AwareDatetime, Field(alias="taskInsertedAt")]
    """
    When the task run was stored; with the internal number it is unique.
    """

    tenant_id: Annotated[str, Field(alias="tenantId")]
    """
    Id of the tenant it belongs to.
    """

    parent_task_external_id: Annotated[str | None, Field(alias="parentTaskExternalId")] = None
    """
    External id of the task run that spawned it; absent for runs nobody spawned.
    """

    queued_at: Annotated[AwareDatetime | None, Field(alias="queuedAt")] = None
    """
    When the latest attempt was queued.
    """

    started_at: Annotated[AwareDatetime | None, Field(alias="startedAt")] = None
    """
    When it started; absent before.
    """

    finished_at: Annotated[AwareDatetime | None, Field(alias="finishedAt")] = None
    """
    When it ended, in whatever way; absent before.
    """

    workflow_run_id: Annotated[str | None, Field(alias="workflowRunId")] = None
    """
    External id of the run it belongs to.
    """

    retry_count: Annotated[int | None, Field(alias="retryCount")] = None
    """
    How many attempts came before, 0 for the first.
    """

    attempt: int | None = None
    """
    Number of the attempt, counted from 1; one more than the number of retries.
    """

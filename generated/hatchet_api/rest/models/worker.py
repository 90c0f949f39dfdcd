# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .api_resource_meta import APIResourceMeta
from .recent_step_runs import RecentStepRuns
from .registered_workflow import RegisteredWorkflow
from .semaphore_slots import SemaphoreSlots
from .worker_label import WorkerLabel
from .worker_runtime_info import WorkerRuntimeInfo
from .worker_slot_config import WorkerSlotConfig
from .worker_status import WorkerStatus
from .worker_type import WorkerType


class Worker(Model):
    """
    A process that registered to run tasks.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    name: str
    """
    Name that the worker gave itself, with its namespace.
    """

    type: WorkerType
    """
    Who operates the worker.
    """

    last_heartbeat_at: Annotated[AwareDatetime | None, Field(alias="lastHeartbeatAt")] = None
    """
    When the last heartbeat came; absent before the first one.
    """

    last_listener_established: Annotated[AwareDatetime | None, Field(alias="lastListenerEstablished")] = None
    """
    When the worker last opened its stream of assignments.
    """

    actions: list[str] | None = None
    """
    Actions that the worker offers.
    """

    registered_workflows: Annotated[list[RegisteredWorkflow] | None, Field(alias="registeredWorkflows")] = None
    """
    Workflows that the worker registered.
    """

    slots: list[SemaphoreSlots] | None = None
    """
    Slots that are taken.
    """

    recent_step_runs: Annotated[list[RecentStepRuns] | None, Field(alias="recentStepRuns")] = None
    """
    Task runs that the worker handled lately.
    """

    status: WorkerStatus | None = None
    """
    Current status.
    """

    slot_config: Annotated[dict[str, WorkerSlotConfig] | None, Field(alias="slotConfig")] = None
    """
    Slots by kind, such as `default` and `durable`.
    """

    dispatcher_id: Annotated[str | None, Field(alias="dispatcherId")] = None
    """
    Id of the server process that the worker is connected to; absent while it is not.
    """

    labels: list[WorkerLabel] | None = None
    """
    Labels by which tasks choose workers.
    """

    webhook_url: Annotated[str | None, Field(alias="webhookUrl")] = None
    """
    Address of a webhook worker; absent for others.
    """

    webhook_id: Annotated[str | None, Field(alias="webhookId")] = None
    """
    Id of the webhook of a webhook worker; absent for others.
    """

    runtime_info: Annotated[WorkerRuntimeInfo | None, Field(alias="runtimeInfo")] = None
    """
    What the worker told about its process.
    """

    evicted_durable_task_count: Annotated[int | None, Field(alias="evictedDurableTaskCount")] = None
    """
    How many durable tasks wait evicted; set only for workers that stand for an operator. The version
    that brought it is not known.
    """

    operator_id: Annotated[str | None, Field(alias="operatorId")] = None
    """
    Operator that the worker stands for; set only for workers that stand for one. The version that
    brought it is not known.
    """

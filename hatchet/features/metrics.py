"""`hatchet.metrics`: how much there is of everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final
from uuid import UUID

from hatchet._dataclasses import dataclass
from hatchet.features.rest import Feature, aware, id_or_none, ids, pairs, texts
from hatchet.features.run_filters import DEFAULT_PAST
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api

if TYPE_CHECKING:
    from hatchet_api.rest.models import TaskStat, TenantStepRunQueueMetrics, V1TaskPointMetric


@dataclass(frozen=True, kw_only=True)
class TaskMetrics:
    """Runs by status; a DAG is one."""

    queued: int
    """They wait for a worker."""
    running: int
    """A worker has them, or they sleep."""
    completed: int
    """They ended well."""
    failed: int
    """They ended with an error."""
    cancelled: int
    """They were cancelled."""
    running_on_worker: int | None = None
    """Of those that run, how many a worker has; None from an engine that does not tell."""
    running_evicted: int | None = None
    """Of those that run, how many durable tasks sleep without a worker; None from an engine that does not tell."""


class MetricsClient(Feature):
    """Counts of tasks and queues."""

    async def aio_get_queue_metrics(self) -> TenantStepRunQueueMetrics:
        """Queued tasks by action, and by concurrency key (API: `tenant:get:step-run-queue-metrics`)."""
        return await self._send(api.tenants.get_step_run_queue_metrics.build(self._tenant))

    async def aio_get_task_stats(self, task_names: Sequence[str] | None = None) -> Mapping[str, TaskStat]:
        """What waits and what runs, by task name (API: `tenant:get:task-stats`).

        Args:
            task_names: only these; default: all.
        """
        return await self._send(
            api.tenants.get_task_stats.build(self._tenant, task_names=texts(task_names, "task_names"))
        )

    async def aio_get_task_metrics(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        workflow_ids: Sequence[str | UUID] | None = None,
        parent_task_external_id: str | UUID | None = None,
        triggering_event_external_id: str | UUID | None = None,
        additional_metadata: Mapping[str, object] | None = None,
    ) -> TaskMetrics:
        """Runs by status, a DAG being one (API: `v1-task:list:status-metrics`).

        Args:
            since: created at or after this aware time; default: a day ago.
            until: created before this aware time; default: now.
            workflow_ids: of these workflows.
            parent_task_external_id: started by this task run.
            triggering_event_external_id: started by this event.
            additional_metadata: with any of these pairs.
        """
        counts = await self._send(
            api.tasks.list_status_metrics.build(
                self._tenant,
                since=aware(since, "since") or datetime.now(timezone.utc) - DEFAULT_PAST,
                until=aware(until, "until"),
                workflow_ids=ids(workflow_ids, "workflow_ids"),
                parent_task_external_id=id_or_none(parent_task_external_id, "parent_task_external_id"),
                triggering_event_external_id=id_or_none(triggering_event_external_id, "triggering_event_external_id"),
                additional_metadata=pairs(additional_metadata),
            )
        )
        by_status = {count.status.value: count.count for count in counts}
        detail = next((count.running_detail_count for count in counts if count.status.value == "RUNNING"), None)
        return TaskMetrics(
            queued=by_status.get("QUEUED", 0),
            running=by_status.get("RUNNING", 0),
            completed=by_status.get("COMPLETED", 0),
            failed=by_status.get("FAILED", 0),
            cancelled=by_status.get("CANCELLED", 0),
            running_on_worker=None if detail is None else detail.on_worker,
            running_evicted=None if detail is None else detail.evicted,
        )

    async def aio_get_task_point_metrics(
        self, *, created_after: datetime | None = None, finished_before: datetime | None = None
    ) -> Sequence[V1TaskPointMetric]:
        """Finished task runs over time, oldest first (API: `v1-task:get:point-metrics`).

        Args:
            created_after: an aware time; default: a day ago.
            finished_before: an aware time; default: now.
        """
        operation = api.tasks.get_point_metrics.build(
            self._tenant,
            created_after=aware(created_after, "created_after"),
            finished_before=aware(finished_before, "finished_before"),
        )
        return (await self._send(operation)).results or []

    async def aio_scrape_tenant_prometheus_metrics(self) -> str:
        """Metrics of the tenant as Prometheus reads them (API: `tenant:get:prometheus-metrics`).

        Raises:
            InvalidRequest: the engine has no Prometheus configured.
        """
        return await self._send(api.tenants.get_prometheus_metrics.build(self._tenant))

    get_queue_metrics: Final = blocking(aio_get_queue_metrics)
    get_task_stats: Final = blocking(aio_get_task_stats)
    get_task_metrics: Final = blocking(aio_get_task_metrics)
    get_task_point_metrics: Final = blocking(aio_get_task_point_metrics)
    scrape_tenant_prometheus_metrics: Final = blocking(aio_scrape_tenant_prometheus_metrics)

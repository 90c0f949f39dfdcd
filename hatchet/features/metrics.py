"""`hatchet.metrics`: how much there is of everything."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from hatchet.features.rest import Feature
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api

if TYPE_CHECKING:
    from hatchet_api.rest.models import TenantStepRunQueueMetrics, V1TaskRunMetrics


class MetricsClient(Feature):
    """Counts of tasks and queues."""

    async def aio_get_queue_metrics(self) -> TenantStepRunQueueMetrics:
        """Queued tasks by action (API: `tenant:get:step-run-queue-metrics`)."""
        return await self._rest.send(api.tenants.get_step_run_queue_metrics.build(self._tenant))

    async def aio_get_task_metrics(self, *, since: datetime, until: datetime | None = None) -> V1TaskRunMetrics:
        """Task runs by status, of those created since an aware time (API: `v1-task:list:status-metrics`)."""
        return await self._rest.send(api.tasks.list_status_metrics.build(self._tenant, since=since, until=until))

    get_queue_metrics: Final = blocking(aio_get_queue_metrics)
    get_task_metrics: Final = blocking(aio_get_task_metrics)

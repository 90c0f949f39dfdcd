"""REST operations that count what the tenant does."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.points import Points
from hatchet.engine.state.changes import TaskEventType
from hatchet.engine.state.jsontext import JsonValue
from hatchet.engine.state.model import SKIPPED_OUTPUT

_EVENTS = {
    TaskEventType.CREATED: ("created_tasks", "Tasks created."),
    TaskEventType.ASSIGNED: ("assigned_tasks", "Tasks assigned to a worker."),
    TaskEventType.RETRYING: ("retried_tasks", "Retries of tasks."),
    TaskEventType.REASSIGNED: ("reassigned_tasks", "Tasks taken from a lost worker."),
    TaskEventType.SCHEDULING_TIMED_OUT: ("scheduling_timed_out", "Tasks that no worker took in time."),
}
_ENDS = {
    "COMPLETED": ("succeeded_tasks", "Tasks that succeeded."),
    "FAILED": ("failed_tasks", "Tasks that failed for good."),
    "CANCELLED": ("cancelled_tasks", "Tasks that were cancelled."),
}


class MetricRoutes:
    """Handlers for metrics and entitlements."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def task_points(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/task-point-metrics"""
        points = Points.of(
            requests.moment(request, "createdAfter"),
            requests.moment(request, "finishedBefore"),
            self._hub.now(),
        )
        rows = self._hub.store.db.execute(
            f"SELECT {points.bucket('created_at')}, CASE reported WHEN 'COMPLETED' THEN 'SUCCEEDED' ELSE reported END,"
            " count(*) FROM tasks WHERE created_at BETWEEN ? AND ? GROUP BY 1, 2",
            (points.since, points.until),
        ).fetchall()
        return points.filled(("SUCCEEDED", "FAILED"), rows)

    async def entitlements(self, request: Request) -> JsonValue:
        """GET /api/v1/tenants/{tenant}/entitlements"""
        return {
            "auditLogs": False,
            "prometheusMetrics": True,
            "strictAdditionalMetadataFilters": False,
            "dagOperator": False,
            "durableStreams": True,
            "serverlessOperator": False,
        }

    async def prometheus(self, request: Request) -> Response:
        """GET /api/v1/tenants/{tenant}/prometheus-metrics"""
        db = self._hub.store.db
        lines: list[str] = []

        def add(name: str, kind: str, words: str, *values: tuple[Mapping[str, str], int]) -> None:
            full = f"hatchet_tenant_{name}"
            lines.extend((f"# HELP {full} {words}", f"# TYPE {full} {kind}"))
            for labels, value in values:
                lines.append(f"{full}{_labels({'tenant_id': self._hub.tenant_id, **labels})} {value}")

        by_type = dict(db.execute("SELECT type, count(*) FROM task_events GROUP BY type").fetchall())
        for event, (name, words) in _EVENTS.items():
            add(name, "counter", words, ({}, by_type.get(event.value, 0)))
        by_status = dict(db.execute("SELECT reported, count(*) FROM tasks GROUP BY reported").fetchall())
        for status, (name, words) in _ENDS.items():
            add(name, "counter", words, ({}, by_status.get(status, 0)))
        skipped = db.execute("SELECT count(*) FROM tasks WHERE output = ?", (SKIPPED_OUTPUT,)).fetchone()[0]
        add("skipped_tasks", "counter", "Tasks that were skipped.", ({}, skipped))
        workers = [worker for worker in self._hub.core.scheduler.workers.values() if worker.active]
        limits, used = [sum(worker.slots.values()) for worker in workers], [sum(w.used.values()) for w in workers]
        names = [{"worker_id": worker.id, "worker_name": worker.name} for worker in workers]
        free = [limit - taken for limit, taken in zip(limits, used, strict=True)]
        add("worker_slots", "gauge", "Slots of each connected worker.", *zip(names, limits, strict=True))
        add("used_worker_slots", "gauge", "Slots that are taken.", *zip(names, used, strict=True))
        add("available_worker_slots", "gauge", "Slots that are free.", *zip(names, free, strict=True))
        owners = {
            task.action: workflow.name
            for workflow in self._hub.core.workflows.values()
            for task in workflow.current.definition.tasks
        }
        waiting = [
            ({"queue": action, "workflow_name": owners.get(action, "")}, size)
            for action, size in sorted(self._hub.core.scheduler.waiting().items())
        ]
        add("queue_size", "gauge", "Tasks that wait, by queue.", *waiting)
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _labels(pairs: Mapping[str, str]) -> str:
    """Names and values as Prometheus reads them."""
    signs = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
    return "{" + ",".join(f'{name}="{value.translate(signs)}"' for name, value in pairs.items()) + "}"

"""REST operations on workers and the tenant."""

from __future__ import annotations

from starlette.requests import Request

from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.fields import resource
from hatchet.engine.rest.pages import Page, ending
from hatchet.engine.rest.registry_views import RegistryViews
from hatchet.engine.state.errors import invalid
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.state.model import Worker
from hatchet.engine.state.settings import ENGINE_VERSION

WORKER_STATUSES = ("ACTIVE", "INACTIVE", "PAUSED")
LISTED_WORKER_AGE = 86_400.0
"""Workers whose last heartbeat is older than this, in seconds, are left out of lists."""


class ResourceRoutes:
    """Handlers for everything but runs."""

    def __init__(self, hub: Hub, views: RegistryViews) -> None:
        self._hub = hub
        self._views = views

    async def ready(self, request: Request) -> JsonValue:
        """GET /api/ready and /api/live"""
        return {}

    async def meta(self, request: Request) -> JsonValue:
        """GET /api/v1/meta"""
        return {
            "auth": {"schemes": []},
            "allowSignup": False,
            "allowInvites": False,
            "allowCreateTenant": False,
            "allowChangePassword": False,
            "observabilityEnabled": False,
            "prometheusServerEnabled": False,
            "authDisabled": False,
            "embedded": True,
        }

    async def version(self, request: Request) -> JsonValue:
        """GET /api/v1/version"""
        return {"version": ENGINE_VERSION}

    async def tenant(self, request: Request) -> JsonValue:
        """GET /api/v1/tenants/{tenant}"""
        kept_for = self._hub.settings.retained_for
        kept: JsonObject = {} if kept_for is None else {"dataRetentionPeriod": f"{int(kept_for // 3600)}h"}
        return {
            "metadata": resource(self._hub.tenant_id, self._hub.created_at),
            "name": "Embedded",
            "slug": "embedded",
            "analyticsOptOut": True,
            "alertMemberEmails": False,
            "version": "V1",
            "environment": "local",
            **kept,
        }

    async def workers(self, request: Request) -> Page:
        """GET /api/v1/tenants/{tenant}/worker"""
        part = requests.part(request, 10_000)
        wanted = requests.many(request, "statuses")
        for status in wanted:
            if status not in WORKER_STATUSES:
                raise invalid(f"unknown worker status {status!r}; use {', '.join(WORKER_STATUSES)}")
        labels = [_pair(text) for text in requests.many(request, "labels")]
        since = self._hub.now() - LISTED_WORKER_AGE
        found = [
            worker
            for worker in self._hub.core.scheduler.workers.values()
            if worker.heartbeat_at is not None
            and worker.heartbeat_at >= since
            and (not wanted or self._status(worker) in wanted)
            and all(key in worker.labels and str(worker.labels[key]) == value for key, value in labels)
        ]
        found.sort(key=lambda worker: worker.created_at, reverse=True)
        rows = (self._views.worker(worker, self._status(worker)) for worker in part.of(found))
        return ending(rows, len(found), part)

    async def worker(self, request: Request) -> JsonValue:
        """GET /api/v1/workers/{worker}"""
        return self._worker_view(self._worker(request))

    async def update_worker(self, request: Request) -> JsonValue:
        """PATCH /api/v1/workers/{worker}"""
        worker = self._worker(request)
        given = await requests.body(request)
        paused = given.get("isPaused")
        if paused is not None:
            if not isinstance(paused, bool):
                raise invalid("field isPaused must be true or false")
            self._hub.fleet.pause(worker, paused)
            await self._hub.turns.stored()
        return self._worker_view(worker)

    async def queue_metrics(self, request: Request) -> JsonValue:
        """GET /api/v1/tenants/{tenant}/step-run-queue-metrics"""
        queues = dict[str, JsonValue](self._hub.core.scheduler.waiting())
        for workflow, keys in self._hub.limits.waiting().items():
            queues[workflow] = dict[str, JsonValue](keys)
        return {"queues": queues}

    def _worker_view(self, worker: Worker) -> JsonObject:
        workflows = [
            workflow
            for workflow in self._hub.core.workflows.values()
            if any(task.action in worker.actions for task in workflow.current.definition.tasks)
        ]
        return {**self._views.worker(worker, self._status(worker), workflows), "recentStepRuns": []}

    def _status(self, worker: Worker) -> str:
        fresh = self._hub.settings.schedulable_after_heartbeat
        if worker.heartbeat_at is None or worker.beat is None or self._hub.clock.steady() - worker.beat >= fresh:
            return "INACTIVE"
        return "PAUSED" if worker.paused else "ACTIVE"

    def _worker(self, request: Request) -> Worker:
        return self._hub.fleet.get(requests.path_uuid(request, "worker"))


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition(":")
    if not (key and value):
        raise invalid(f"invalid label filter {text!r}; write it as key:value, neither empty")
    return key, value

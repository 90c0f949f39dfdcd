"""The REST application: routes, the token check, and refusals turned into statuses."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hatchet.engine.hub import Hub
from hatchet.engine.rest import cel
from hatchet.engine.rest.durable import DurableRoutes
from hatchet.engine.rest.events import EventRoutes
from hatchet.engine.rest.limits import LimitRoutes
from hatchet.engine.rest.logs import LogRoutes
from hatchet.engine.rest.metrics import MetricRoutes
from hatchet.engine.rest.pages import Page
from hatchet.engine.rest.registry_views import RegistryViews
from hatchet.engine.rest.resources import ResourceRoutes
from hatchet.engine.rest.run_views import RunViews
from hatchet.engine.rest.runs import RunRoutes
from hatchet.engine.rest.times import TimeRoutes
from hatchet.engine.rest.topics import TopicRoutes
from hatchet.engine.rest.webhooks import WebhookRoutes
from hatchet.engine.rest.workflows import WorkflowRoutes
from hatchet.engine.rules.throttle import Throttle
from hatchet.engine.state import jsontext
from hatchet.engine.state.errors import Code, Refused
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.storage.opening import in_words

logger: logging.Logger = logging.getLogger(__name__)

Handler: TypeAlias = "Callable[[Request], Awaitable[JsonValue | Page | Response]]"


class _Text(PathConvertor):
    """Whatever stands there: of starlette's own no one takes lines that end."""

    regex = r"[\s\S]*"


register_url_convertor("hatchet_text", _Text())  # starlette has one register for the whole process

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_STATUSES = {
    Code.INVALID: 400,
    Code.NOT_FOUND: 404,
    Code.FORBIDDEN: 403,
    Code.ALREADY_EXISTS: 409,
    Code.FAILED_PRECONDITION: 400,
    Code.UNIMPLEMENTED: 501,
    Code.EXHAUSTED: 429,
    Code.UNAVAILABLE: 503,
}


def application(hub: Hub) -> Starlette:
    """The routes of one engine."""
    registry = RegistryViews(hub.tenant_id, hub.pausing)
    runs = RunRoutes(hub, RunViews(hub.tenant_id, hub.store.db))
    resources = ResourceRoutes(hub, registry)
    workflows = WorkflowRoutes(hub, registry)
    logs, metrics = LogRoutes(hub), MetricRoutes(hub)
    limits = LimitRoutes(hub)
    durable = DurableRoutes(hub)
    gate = _Gate(hub)
    tenant, stable = "/api/v1/tenants/{tenant}", "/api/v1/stable/tenants/{tenant}"
    task, run = "/api/v1/stable/tasks/{task}", "/api/v1/stable/workflow-runs/{run}"
    routes = [
        gate.open("/api/ready", resources.ready),
        gate.open("/api/live", resources.ready),
        gate.open("/api/v1/meta", resources.meta),
        gate.open("/api/v1/version", resources.version),
        gate.route("GET", tenant, resources.tenant),
        gate.route("GET", f"{tenant}/workflows", workflows.workflows),
        gate.route("GET", f"{tenant}/worker", resources.workers),
        gate.route("GET", f"{tenant}/step-run-queue-metrics", resources.queue_metrics),
        gate.route("GET", f"{tenant}/task-stats", limits.task_stats, limit=gate.polls),
        gate.route("GET", f"{tenant}/rate-limits", limits.rate_limits),
        gate.route("DELETE", f"{tenant}/rate-limits", limits.delete_rate_limit, status=204),
        gate.route("GET", "/api/v1/workflows/{workflow}", workflows.workflow),
        gate.route("PATCH", "/api/v1/workflows/{workflow}", workflows.update_workflow),
        gate.route("DELETE", "/api/v1/workflows/{workflow}", workflows.delete_workflow, status=204),
        gate.route("GET", "/api/v1/workflows/{workflow}/versions", workflows.workflow_version),
        gate.route("GET", "/api/v1/workers/{worker}", resources.worker),
        gate.route("PATCH", "/api/v1/workers/{worker}", resources.update_worker),
        gate.route("GET", task, runs.task),
        gate.route("GET", f"{task}/task-events", runs.task_events),
        gate.route("GET", f"{task}/logs", logs.task_logs),
        gate.route("GET", f"{stable}/logs", logs.tenant_logs),
        gate.route("POST", f"{stable}/tasks/cancel", runs.cancel),
        gate.route("POST", f"{stable}/tasks/replay", runs.replay),
        gate.route("GET", f"{stable}/log-point-metrics", logs.points),
        gate.route("GET", f"{stable}/task-metrics", runs.metrics),
        gate.route("GET", f"{stable}/task-point-metrics", metrics.task_points),
        gate.route("GET", f"{tenant}/prometheus-metrics", metrics.prometheus),
        gate.route("GET", f"{tenant}/entitlements", metrics.entitlements),
        gate.route("POST", f"{task}/restore", runs.restore),
        gate.route("POST", f"{stable}/durable-tasks/branch", durable.branch),
        gate.route("GET", f"{stable}/durable-tasks/{{durable_task}}", durable.event_log),
        gate.route("GET", "/api/v1/stable/dags/tasks", runs.dag_tasks),
        gate.route("GET", f"{stable}/workflow-runs", runs.list_runs),
        gate.route("GET", f"{stable}/workflow-runs/count", runs.count_runs),
        gate.route("GET", f"{stable}/workflow-runs/external-ids", runs.external_ids),
        gate.route("GET", f"{stable}/workflow-runs/display-names", runs.display_names),
        gate.route("POST", f"{stable}/workflow-runs/trigger", runs.trigger),
        gate.route("POST", f"{stable}/cel/debug", cel.debug),
        gate.route("GET", run, runs.run),
        gate.route("GET", f"{run}/status", runs.run_status),
        gate.route("GET", f"{run}/task-events", runs.run_events),
        gate.route("GET", f"{run}/task-timings", runs.run_timings),
        gate.route("GET", f"{stable}/traces", runs.traces),
        *_topic_routes(hub, gate),
        *_time_routes(hub, gate),
        *_event_routes(hub, gate),
        *_webhook_routes(hub, gate),
        gate.rest("/api/{rest:hatchet_text}"),
    ]
    app = Starlette(routes=[_route(served.path, served.methods) for served in routes])
    app.state.endpoints = {(served.path, served.methods): served.endpoint for served in routes}
    # A redirect would name the host that the request claims to be for.
    app.router.redirect_slashes = False
    return app


@dataclass(frozen=True)
class _Served:
    """What one engine answers at a path."""

    path: str
    methods: tuple[str, ...]
    endpoint: Callable[[Request], Awaitable[Response]]


@cache
def _route(path: str, methods: tuple[str, ...]) -> Route:
    """The route to it, which is the same for all engines of a process: each test may have one."""

    async def endpoint(request: Request) -> Response:
        answer: Callable[[Request], Awaitable[Response]] = request.app.state.endpoints[path, methods]
        return await answer(request)

    return Route(path, endpoint, methods=list(methods))


def _topic_routes(hub: Hub, gate: _Gate) -> list[_Served]:
    topics = TopicRoutes(hub)
    base = "/api/v1/stable/tenants/{tenant}/streams"
    return [
        gate.route("GET", f"{base}/topics", topics.topics),
        gate.route("POST", f"{base}/payloads", topics.upload),
        gate.route("GET", f"{base}/payloads", topics.download),
    ]


def _time_routes(hub: Hub, gate: _Gate) -> list[_Served]:
    times = TimeRoutes(hub)
    base = "/api/v1/tenants/{tenant}/workflows"
    cron, schedule = f"{base}/crons/{{cron}}", f"{base}/scheduled/{{schedule}}"
    return [
        gate.route("POST", f"{base}/{{workflow:hatchet_text}}/crons", times.create_cron),
        gate.route("GET", f"{base}/crons", times.crons),
        gate.route("GET", cron, times.cron),
        gate.route("PATCH", cron, times.update_cron, status=204),
        gate.route("DELETE", cron, times.delete_cron, status=204),
        gate.route("POST", cron, times.trigger_cron),
        gate.route("POST", f"{base}/scheduled/bulk-delete", times.delete_schedules),
        gate.route("POST", f"{base}/scheduled/bulk-update", times.update_schedules),
        gate.route("POST", f"{base}/{{workflow:hatchet_text}}/scheduled", times.create_schedule),
        gate.route("GET", f"{base}/scheduled", times.schedules),
        gate.route("GET", schedule, times.schedule),
        gate.route("PATCH", schedule, times.update_schedule),
        gate.route("DELETE", schedule, times.delete_schedule, status=204),
        gate.route("POST", schedule, times.trigger_schedule),
    ]


def _webhook_routes(hub: Hub, gate: _Gate) -> list[_Served]:
    webhooks = WebhookRoutes(hub)
    base = "/api/v1/stable/tenants/{tenant}/webhooks"
    return [
        gate.route("GET", base, webhooks.webhooks),
        gate.route("POST", base, webhooks.create),
        gate.route("GET", f"{base}/{{webhook:hatchet_text}}", webhooks.webhook, limit=gate.polls),
        gate.route("PATCH", f"{base}/{{webhook:hatchet_text}}", webhooks.update),
        gate.route("DELETE", f"{base}/{{webhook:hatchet_text}}", webhooks.delete),
        gate.open(f"{base}/{{webhook:hatchet_text}}", webhooks.receive, method="POST", limit=gate.messages),
    ]


def _event_routes(hub: Hub, gate: _Gate) -> list[_Served]:
    events = EventRoutes(hub)
    base = "/api/v1/stable/tenants/{tenant}"
    return [
        gate.route("GET", f"{base}/events", events.events),
        gate.route("GET", f"{base}/events/keys", events.keys),
        gate.route("GET", f"{base}/events/{{event}}", events.event),
        gate.route("GET", f"{base}/filters", events.filters),
        gate.route("POST", f"{base}/filters", events.create_filter),
        gate.route("GET", f"{base}/filters/{{filter}}", events.filter),
        gate.route("PATCH", f"{base}/filters/{{filter}}", events.update_filter),
        gate.route("DELETE", f"{base}/filters/{{filter}}", events.delete_filter),
    ]


class _Limit:
    """How often an operation may be asked for, and what is answered beyond that."""

    def __init__(self, throttle: Throttle, key: Callable[[Request, str], str], content: JsonObject | None) -> None:
        self._throttle = throttle
        self._key = key
        self._content = jsontext.dump(content)

    def refuse(self, request: Request, path: str, now: float) -> Response | None:
        """The answer to a request too many of those to one path."""
        if self._throttle.admits(self._key(request, path), now):
            return None
        return Response(self._content, status_code=429, media_type="application/json")


class _Gate:
    """Wraps handlers: who may call them and how often, what they answer, how they refuse."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        settings = hub.settings
        polls = Throttle(settings.polls_per_second, settings.polls_per_second)
        self.polls = _Limit(polls, lambda request, path: f"{request.client and request.client.host} {path}", None)
        messages = Throttle(settings.webhooks_per_second, settings.webhook_burst)
        # The real engine gives only the message; the specification asks for the errors.
        too_many = "rate limit exceeded"
        content: JsonObject = {"message": too_many, "errors": [{"description": too_many}]}
        self.messages = _Limit(messages, lambda request, _: str(request.path_params["webhook"]), content)

    def open(self, path: str, handler: Handler, *, method: str = "GET", limit: _Limit | None = None) -> _Served:
        """A route for everyone."""

        async def endpoint(request: Request) -> Response:
            return self._beyond(limit, request, path) or await self._answer(request, handler, 200)

        return _Served(path, (method,), endpoint)

    def route(
        self, method: str, path: str, handler: Handler, *, status: int = 200, limit: _Limit | None = None
    ) -> _Served:
        """A route that needs the token."""

        async def endpoint(request: Request) -> Response:
            refusal = self._beyond(limit, request, path)
            if refusal is not None:
                return refusal
            if not self._allowed(request):
                return _failure(403, "Please provide valid credentials")
            # Lists and histories are read from SQLite: what was done before must be in it.
            self._hub.turns.run()
            return await self._answer(request, handler, status)

        return _Served(path, (method,), endpoint)

    def rest(self, path: str) -> _Served:
        """Everything of the API that has no handler."""

        async def endpoint(request: Request) -> Response:
            if not self._allowed(request):
                return _failure(403, "Please provide valid credentials")
            what = f"{request.method} {request.url.path}"
            return _failure(501, f"the embedded engine does not serve {what} yet: use an engine of its own for it")

        return _Served(path, METHODS, endpoint)

    def _beyond(self, limit: _Limit | None, request: Request, path: str) -> Response | None:
        return None if limit is None else limit.refuse(request, path, self._hub.clock.steady())

    def _allowed(self, request: Request) -> bool:
        if not self._hub.auth.accepts_header(request.headers.get("authorization"), any_case=False):
            return False
        tenant = request.path_params.get("tenant")
        return tenant is None or tenant.lower() == self._hub.tenant_id

    async def _answer(self, request: Request, handler: Handler, status: int) -> Response:
        try:
            value = await handler(request)
            if isinstance(value, Page):
                return Response(value.content(), status_code=status, media_type="application/json")
        except Refused as refusal:
            return _failure(_STATUSES[refusal.code], refusal.message)
        except sqlite3.Error as error:
            said = in_words(error, "its database")
            logger.error("the embedded engine cannot answer %s %s: %s", request.method, request.url.path, said)
            return _failure(_STATUSES[Code.UNAVAILABLE], said)
        except Exception:
            logger.exception("the embedded engine failed to answer %s %s", request.method, request.url.path)
            return _failure(500, "internal error of the embedded engine; see its log")
        if isinstance(value, Response):
            return value
        if status == 204 or value is None:
            return Response(status_code=204)
        return Response(jsontext.dump(value), status_code=status, media_type="application/json")


def _failure(status: int, description: str) -> Response:
    problem: JsonObject = {"errors": [{"description": description}]}
    content = jsontext.dump(problem)
    return Response(content, status_code=status, media_type="application/json")

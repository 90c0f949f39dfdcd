"""REST operations on rate limits, and what waits or runs by task."""

from __future__ import annotations

from dataclasses import field

from starlette.requests import Request

from hatchet._dataclasses import dataclass
from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.fields import moment
from hatchet.engine.rest.pages import Page, ending
from hatchet.engine.rules.rate_limits import RateLimit
from hatchet.engine.state.definitions import Rule
from hatchet.engine.state.errors import invalid
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.state.model import Status, TaskRun

ORDERS = ("key", "value", "limitValue")


class LimitRoutes:
    """Handlers for limits."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def rate_limits(self, request: Request) -> Page:
        """GET /api/v1/tenants/{tenant}/rate-limits"""
        now = self._hub.now()
        query = request.query_params
        part = requests.part(request)
        field_ = requests.choice(request, "orderByField", "key", ORDERS)
        direction = requests.choice(request, "orderByDirection", "asc", ("asc", "desc"))
        text = query.get("search", "")
        found = [each.at(now) for each in self._hub.rate_limits.shelf if text in each.id]
        found.sort(key=lambda each: each.id)
        if field_ != "key":
            found.sort(key=lambda each: each.value if field_ == "value" else each.limit)
        if direction == "desc":
            found.reverse()
        return ending((self._view(each, now) for each in part.of(found)), len(found), part)

    async def delete_rate_limit(self, request: Request) -> JsonValue:
        """DELETE /api/v1/tenants/{tenant}/rate-limits"""
        key = request.query_params.get("key")
        if not key:
            raise invalid("query parameter key is required")
        self._hub.rate_limits.delete(key)
        await self._hub.turns.stored()
        return None

    async def task_stats(self, request: Request) -> JsonValue:
        """GET /api/v1/tenants/{tenant}/task-stats"""
        names = [name.strip() for text in requests.many(request, "taskNames") for name in text.split(",")]
        queued: dict[str, _Stat] = {}
        running: dict[str, _Stat] = {}
        for run in self._hub.core.runs.values():
            for task in run.tasks.values() if run.finished_at is None else ():
                if task.status is Status.QUEUED:
                    queued.setdefault(task.definition.name, _Stat()).add(task, self._waits_for(task), queues=True)
                elif task.status is Status.RUNNING and task.holds_slots:
                    running.setdefault(task.definition.name, _Stat()).add(task, task.definition.concurrency)
        stats: JsonObject = {}
        for name in dict.fromkeys([*queued, *running, *filter(None, names)]):
            stat: JsonObject = {}
            for state, found in (("queued", queued), ("running", running)):
                if name in found:
                    stat[state] = found[name].view()
                elif name in names:
                    stat[state] = {"total": 0}
            stats[name] = stat
        return stats

    @staticmethod
    def _waits_for(task: TaskRun) -> tuple[Rule, ...]:
        if task.limits is None or task.retry_at is not None:
            return ()
        return task.definition.concurrency[task.limits.held : task.limits.held + 1]

    def _view(self, limit: RateLimit, now: float) -> JsonObject:
        view: JsonObject = {
            "key": limit.id,
            "tenantId": self._hub.tenant_id,
            "limitValue": limit.limit,
            "value": limit.value,
            "window": f"1 {limit.window}",
            "lastRefill": moment(limit.last_refill),
        }
        until = self._hub.rate_limits.paused_until(limit.id, now)
        if until is not None:
            view["pausedUntil"] = moment(until)
        return view


@dataclass(slots=True)
class _Stat:
    total: int = 0
    oldest: float | None = None
    oldest_first_attempt: float | None = None
    queues: dict[str, int] = field(default_factory=dict[str, int])
    keys: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict[tuple[str, str], dict[str, int]])

    def add(self, task: TaskRun, rules: tuple[Rule, ...], *, queues: bool = False) -> None:
        """Count a task, and its key under each of the rules."""
        self.total += 1
        created = task.created_at
        self.oldest = created if self.oldest is None else min(self.oldest, created)
        if task.retry_count == 0:
            first = self.oldest_first_attempt
            self.oldest_first_attempt = created if first is None else min(first, created)
        if queues:
            self.queues[task.definition.action] = self.queues.get(task.definition.action, 0) + 1
        for rule in rules:
            if task.limits is not None:
                key = task.limits.keys[task.definition.concurrency.index(rule)]
                keys = self.keys.setdefault((rule.expression, rule.strategy.name), {})
                keys[key] = keys.get(key, 0) + 1

    def view(self) -> JsonObject:
        """As JSON."""
        view: JsonObject = {"total": self.total, "oldest": moment(self.oldest)}
        if self.oldest_first_attempt is not None:
            view["oldestExcludingRetries"] = moment(self.oldest_first_attempt)
        if self.queues:
            view["queues"] = dict[str, JsonValue](self.queues)
        if self.keys:
            view["concurrency"] = [
                {"expression": expression, "type": strategy, "keys": dict[str, JsonValue](keys)}
                for (expression, strategy), keys in self.keys.items()
            ]
        return view

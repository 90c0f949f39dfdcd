"""REST operations on what tasks logged."""

from __future__ import annotations

import re
from functools import lru_cache

from starlette.requests import Request

from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.fields import moment
from hatchet.engine.rest.pages import Page, unplaced
from hatchet.engine.rest.points import Points
from hatchet.engine.rest.run_views import task_display_name
from hatchet.engine.state import jsontext
from hatchet.engine.state.changes import LOG_LEVELS
from hatchet.engine.state.errors import invalid, not_found
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.storage.where import Where

MAX_LOGS = 10_000

_SOURCE = "FROM logs JOIN tasks ON tasks.id = logs.task_id JOIN runs ON runs.seq = tasks.run_seq"


class LogRoutes:
    """Handlers for logs."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        hub.store.db.create_function("holds", 2, holds, deterministic=True)

    async def task_logs(self, request: Request) -> Page:
        """GET /api/v1/stable/tasks/{task}/logs"""
        task_id = requests.path_uuid(request, "task")
        if self._hub.core.find_task(task_id) is None:
            raise not_found("task not found")
        chosen = Where()
        chosen.add("logs.task_id = ?", task_id)
        return self._lines(request, chosen)

    async def tenant_logs(self, request: Request) -> Page:
        """GET /api/v1/stable/tenants/{tenant}/logs"""
        return self._lines(request, self._of_tenant(request))

    async def points(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/log-point-metrics"""
        points = Points.of(requests.moment(request, "since"), requests.moment(request, "until"), self._hub.now())
        chosen = self._of_tenant(request)
        _choose_lines(chosen, request)
        chosen.add("logs.created_at BETWEEN ? AND ?", points.since, points.until)
        rows = self._hub.store.db.execute(
            f"SELECT {points.bucket('logs.created_at')}, logs.level, count(*) {_SOURCE} WHERE {chosen.sql}"
            " GROUP BY 1, 2",
            chosen.values,
        ).fetchall()
        return points.filled(LOG_LEVELS, rows)

    def _of_tenant(self, request: Request) -> Where:
        chosen = Where()
        chosen.among("logs.task_id", requests.uuids(request, "taskExternalIds"))
        chosen.among("runs.workflow_id", requests.uuids(request, "workflow_ids"))
        steps = requests.uuids(request, "step_ids")
        if steps:
            places = [place for step in steps for place in self._hub.archive.places_of_step(step)]
            chosen.add(
                " OR ".join(["0", *["(runs.version_id = ? AND tasks.name = ?)"] * len(places)]),
                *(part for place in places for part in place),
            )
        return chosen

    def _lines(self, request: Request, chosen: Where) -> Page:
        query = request.query_params
        for name, test in (("since", ">"), ("until", "<")):
            bound = requests.moment(request, name)
            if bound is not None:
                chosen.add(f"logs.created_at {test} ?", bound)
        _choose_lines(chosen, request)
        if "attempt" in query:
            chosen.add("logs.retry_count = ?", requests.number(request, "attempt", 1, least=1) - 1)
        part = requests.part(request, most=MAX_LOGS)
        order = requests.choice(request, "order_by_direction", "ASC", ("ASC", "DESC"))
        rows = self._hub.store.db.execute(
            "SELECT logs.task_id, logs.retry_count, logs.created_at, logs.message, logs.level, logs.metadata"
            f" {_SOURCE} WHERE {chosen.sql} ORDER BY logs.created_at {order}, logs.id {order} LIMIT ? OFFSET ?",
            (*chosen.values, part.limit, part.offset),
        ).fetchall()
        return unplaced(map(self._line, rows))

    def _line(self, row: tuple[str, int, float, str, str, str]) -> JsonObject:
        task_id, retry_count, created_at, message, level, metadata = row
        task = self._hub.core.find_task(task_id)
        return {
            "createdAt": moment(created_at),
            "message": message,
            "metadata": jsontext.object_or_empty(metadata),
            "taskExternalId": task_id,
            "taskDisplayName": task_display_name(task) if task is not None else "",
            "retryCount": retry_count,
            "attempt": retry_count + 1,
            "level": level,
        }


def _choose_lines(chosen: Where, request: Request) -> None:
    """What all requests for lines may ask for: levels, and a text that the line holds."""
    levels = requests.many(request, "levels")
    for level in levels:
        if level not in LOG_LEVELS:
            raise invalid(f"unknown level {level!r}; use {', '.join(LOG_LEVELS)}")
    chosen.among("logs.level", levels)
    text = request.query_params.get("search")
    if text:
        chosen.add("holds(logs.message, ?)", text)


def holds(message: str, text: str) -> bool:
    """Whether a message has a text in it as Postgres' ILIKE reads one: in any case, `%` and `_` stand for others."""
    return _pattern(text).match(message) is not None


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    parts = [""]
    for sign in re.findall(r"\\.|.", text, re.DOTALL):
        if sign == "%":
            parts.append("")
        else:
            parts[-1] += "." if sign == "_" else re.escape(sign[-1])
    # The first place of each part is as good as any, so none is looked for again: a text of many `%` stays quick.
    return re.compile("".join(f"(?>.*?{part})" for part in parts), re.DOTALL | re.IGNORECASE)

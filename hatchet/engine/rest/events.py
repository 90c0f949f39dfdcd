"""REST operations on events and their filters."""

from __future__ import annotations

import sqlite3

from starlette.requests import Request

from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.fields import moment, resource
from hatchet.engine.rest.pages import Page, from_zero, while_full
from hatchet.engine.rules.filters import Filter
from hatchet.engine.state import jsontext
from hatchet.engine.state.errors import invalid, not_found
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.storage.selection import MAX_TOTAL
from hatchet.engine.storage.where import Where
from hatchet_api.rest.models.v1_create_filter_request import V1CreateFilterRequest
from hatchet_api.rest.models.v1_update_filter_request import V1UpdateFilterRequest

LISTED_AGE = 86_400.0
"""Events older than this, in seconds, are listed only when `since` says so."""

_OF_A_RUN = "EXISTS (SELECT 1 FROM runs WHERE event_id = events.id AND {})"
_SUMMARY = {
    "QUEUED": "queued",
    "RUNNING": "running",
    "EVICTED": "running",
    "COMPLETED": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
}


class EventRoutes:
    """Handlers for `/api/v1/stable/tenants/{tenant}/events` and `…/filters`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def events(self, request: Request) -> Page:
        """GET /api/v1/stable/tenants/{tenant}/events"""
        part = requests.part(request)
        chosen = self._where(request)
        db = self._cursor()
        total = db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM events WHERE {chosen.sql} LIMIT ?)", (*chosen.values, MAX_TOTAL)
        ).fetchone()[0]
        rows = db.execute(
            f"SELECT * FROM events WHERE {chosen.sql} ORDER BY seen_at DESC, id LIMIT ? OFFSET ?",
            (*chosen.values, part.limit, part.offset),
        ).fetchall()
        return while_full(map(self._view, rows), total, part)

    async def event(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/events/{event}"""
        return self._view(requests.path_thing(request, "event", self._row), alone=True)

    async def keys(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/events/keys"""
        rows = self._cursor().execute(
            "SELECT DISTINCT key FROM events WHERE seen_at > ? ORDER BY key", (self._hub.now() - LISTED_AGE,)
        )
        return {"rows": [row[0] for row in rows]}

    async def filters(self, request: Request) -> Page:
        """GET /api/v1/stable/tenants/{tenant}/filters"""
        part = requests.part(request, MAX_TOTAL)
        found = self._hub.filters.listed(requests.uuids(request, "workflowIds"), requests.many(request, "scopes"))
        return from_zero(map(self._filter_view, part.of(found)), len(found), part)

    async def create_filter(self, request: Request) -> JsonValue:
        """POST /api/v1/stable/tenants/{tenant}/filters"""
        given = await requests.parsed(request, V1CreateFilterRequest)
        workflow = self._hub.core.workflow_ids.get(str(given.workflow_id))
        if workflow is None:
            raise not_found(f"workflow {given.workflow_id} not found")
        payload = jsontext.dump(given.payload if given.payload is not None else {})
        created = self._hub.filters.create(workflow, given.scope, given.expression, payload, self._hub.now())
        await self._hub.turns.stored()
        return self._filter_view(created)

    async def filter(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/filters/{filter}"""
        return self._filter_view(self._filter(request))

    async def update_filter(self, request: Request) -> JsonValue:
        """PATCH /api/v1/stable/tenants/{tenant}/filters/{filter}"""
        known = self._filter(request)
        given = await requests.parsed(request, V1UpdateFilterRequest)
        changed = self._hub.filters.change(
            known,
            self._hub.now(),
            scope=given.scope,
            expression=given.expression,
            payload=None if given.payload is None else jsontext.dump(given.payload),
        )
        await self._hub.turns.stored()
        return self._filter_view(changed)

    async def delete_filter(self, request: Request) -> JsonValue:
        """DELETE /api/v1/stable/tenants/{tenant}/filters/{filter}"""
        known = self._filter(request)
        self._hub.filters.delete(known)
        await self._hub.turns.stored()
        return self._filter_view(known)

    def _where(self, request: Request) -> Where:
        chosen = Where()
        since, until = requests.moment(request, "since"), requests.moment(request, "until")
        chosen.add("seen_at >= ?", since if since is not None else self._hub.now() - LISTED_AGE)
        if until is not None:
            chosen.add("seen_at <= ?", until)
        chosen.among("key", requests.many(request, "keys"))
        chosen.among("id", requests.uuids(request, "eventIds"))
        chosen.among("scope", requests.many(request, "scopes"))
        chosen.among("workflow_id", requests.uuids(request, "workflowIds"), _OF_A_RUN)
        chosen.among("reported", requests.statuses(requests.many(request, "workflowRunStatuses")), _OF_A_RUN)
        for pair in requests.many(request, "additionalMetadata"):
            key, _, value = pair.partition(":")
            if not key or not value:
                raise invalid(f"invalid additional metadata filter: {pair}; write it as key:value, neither empty")
            chosen.add(
                "EXISTS (SELECT 1 FROM json_each(metadata) WHERE key = ? AND type = 'text' AND value = ?)", key, value
            )
        return chosen

    def _row(self, event_id: str) -> sqlite3.Row | None:
        # A cursor's rows are of a type that only its factory knows.
        found: sqlite3.Row | None = self._cursor().execute("SELECT * FROM events WHERE id = ?", (event_id,)).fetchone()
        return found

    def _cursor(self) -> sqlite3.Cursor:
        cursor = self._hub.store.db.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor

    def _view(self, row: sqlite3.Row, *, alone: bool = False) -> JsonObject:
        runs = self._hub.store.db.execute(
            "SELECT id, filter_id, reported FROM runs WHERE event_id = ? ORDER BY seq", (row["id"],)
        ).fetchall()
        summary = dict.fromkeys(_SUMMARY.values(), 0)
        triggered: list[JsonValue] = []
        for run_id, filter_id, reported in runs:
            summary[_SUMMARY[reported]] += 1
            triggered.append(
                {"workflowRunId": run_id} if filter_id is None else {"workflowRunId": run_id, "filterId": filter_id}
            )
        view: JsonObject = {
            **new_event(self._hub.tenant_id, row["id"], row["key"], row["payload"], row["seen_at"]),
            "workflowRunSummary": {**summary},
            "additionalMetadata": jsontext.object_or_empty(row["metadata"]),
            "triggeredRuns": triggered,
            "seenAt": moment(row["seen_at"]),
            "tenantId": "",  # the real engine leaves it empty here
        }
        if row["webhook"] is not None or alone:
            view["triggeringWebhookName"] = row["webhook"] or ""
        if row["scope"] is not None:
            view["scope"] = row["scope"]
        return view

    def _filter(self, request: Request) -> Filter:
        return requests.path_thing(request, "filter", self._hub.filters.shelf.get)

    def _filter_view(self, each: Filter) -> JsonObject:
        return {
            "metadata": resource(each.id, each.created_at, each.updated_at),
            "tenantId": self._hub.tenant_id,
            "workflowId": each.workflow_id,
            "scope": each.scope,
            "expression": each.expression,
            "payload": jsontext.object_or_empty(each.payload),
            "isDeclarative": each.declarative,
        }


def new_event(tenant_id: str, identity: str, key: str, payload: str, seen_at: float) -> JsonObject:
    """An event that has started nothing yet."""
    return {
        "metadata": resource(identity, seen_at),
        "key": key,
        "tenantId": tenant_id,
        "payload": jsontext.object_or_empty(payload),
        "workflowRunSummary": dict.fromkeys(_SUMMARY.values(), 0),
    }

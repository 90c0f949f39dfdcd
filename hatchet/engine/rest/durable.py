"""REST operations on the event logs of durable tasks."""

from __future__ import annotations

from starlette.requests import Request

from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.fields import moment, present
from hatchet.engine.rest.run_views import task_display_name
from hatchet.engine.rules.calls import grouped
from hatchet.engine.state import durations
from hatchet.engine.state.conditions import Wait
from hatchet.engine.state.durable import LogEntry
from hatchet.engine.state.errors import not_found
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.state.model import TaskRun
from hatchet.engine.storage import store_durable
from hatchet_api.rest.models.v1_branch_durable_task_request import V1BranchDurableTaskRequest

ENTRIES = 1000
"""How many entries are listed where no limit is given."""


class DurableRoutes:
    """Handlers for `/api/v1/stable/tenants/{tenant}/durable-tasks/…`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def event_log(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/durable-tasks/{durable-task}"""
        task = self._task(requests.path_uuid(request, "durable_task"))
        part = requests.part(request, ENTRIES)
        entries = store_durable.page(self._hub.store.db, task.id, part.limit, part.offset)
        return [_view(entry, task) for entry in entries]

    async def branch(self, request: Request) -> JsonValue:
        """POST /api/v1/stable/tenants/{tenant}/durable-tasks/branch"""
        given = await requests.parsed(request, V1BranchDurableTaskRequest)
        task = self._task(str(given.task_external_id))
        branch = self._hub.branching.branch(task, given.node_id, given.branch_id, self._hub.now())
        await self._hub.turns.stored()
        return {"taskExternalId": task.id, "nodeId": given.node_id, "branchId": branch}

    def _task(self, task_id: str) -> TaskRun:
        task = self._hub.core.find_task(task_id)
        if task is None or not task.is_created:
            raise not_found(f"durable-task {task_id} not found")
        return task


def _view(entry: LogEntry, task: TaskRun) -> JsonObject:
    awaited = _awaited(entry)
    return present(
        {
            "nodeId": entry.spot.node,
            "branchId": entry.spot.branch,
            "kind": entry.kind.value,
            "isSatisfied": entry.satisfied,
            "insertedAt": moment(entry.created_at),
            "satisfiedAt": moment(entry.satisfied_at),
            "userMessage": entry.label,
            "waitData": awaited or None,
            "taskExternalId": task.id,
            "taskDisplayName": task_display_name(task),
        }
    )


def _awaited(entry: LogEntry) -> list[JsonValue]:
    """What an entry waits for: single conditions first, then the alternatives."""
    if entry.workflow is not None:
        return [{"kind": "CHILD_WORKFLOW", "workflowName": entry.workflow}]
    groups = grouped(entry.waits)
    single: list[JsonValue] = [_condition(group[0]) for group in groups if len(group) == 1]
    alternatives: list[JsonValue] = [{"or": [_condition(wait) for wait in group]} for group in groups if len(group) > 1]
    return single + alternatives


def _condition(wait: Wait) -> JsonObject:
    if wait.sleep is not None:
        return {"kind": "SLEEP", "sleepDurationMs": int(durations.tolerant(wait.sleep) * 1000)}
    return {"kind": "USER_EVENT", "eventKey": wait.event_key}

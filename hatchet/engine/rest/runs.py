"""REST operations on runs and task runs."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterator

from starlette.requests import Request

from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.fields import resource
from hatchet.engine.rest.pages import Page, open_ended
from hatchet.engine.rest.run_views import RunViews, status_of
from hatchet.engine.rules.triggering import Trigger
from hatchet.engine.state import jsontext
from hatchet.engine.state.errors import Code, Refused, invalid, not_found
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.state.model import Run, TaskRun
from hatchet.engine.storage.selection import MAX_CANCEL, MAX_REPLAY, WHOLE, Part, Selection
from hatchet_api.rest.models.v1_trigger_workflow_run_request import V1TriggerWorkflowRunRequest

MAX_DEPTH = 10


class RunRoutes:
    """Handlers for `/api/v1/stable/…` on runs and tasks."""

    def __init__(self, hub: Hub, views: RunViews) -> None:
        self._hub = hub
        self._views = views

    async def task(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tasks/{task}"""
        task = self._task(requests.path_uuid(request, "task"))
        attempt: int | None = None
        if "attempt" in request.query_params:
            attempt = requests.number(request, "attempt", 1, least=1)
            if attempt > task.retry_count + 1:
                raise not_found(f"task {task.id} has no attempt {attempt}")
        return self._views.single_task(task, attempt)

    async def task_events(self, request: Request) -> Page:
        """GET /api/v1/stable/tasks/{task}/task-events"""
        task = self._task(requests.path_uuid(request, "task"))
        return Page(self._views.run_events(task.run, task))

    async def run(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/workflow-runs/{run}"""
        return self._views.run_details(self._run(request))

    async def run_status(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/workflow-runs/{run}/status"""
        return status_of(self._run(request))

    async def run_events(self, request: Request) -> Page:
        """GET /api/v1/stable/workflow-runs/{run}/task-events"""
        rows = self._views.run_events(self._run(request))
        part = requests.part(request)
        return open_ended(part.of(rows), len(rows), part)

    async def run_timings(self, request: Request) -> Page:
        """GET /api/v1/stable/workflow-runs/{run}/task-timings"""
        most = requests.number(request, "depth", 1, least=0)
        if most > MAX_DEPTH:
            raise invalid(f"depth must be less than or equal to {MAX_DEPTH}")
        found: list[tuple[TaskRun, int]] = []
        todo = deque([(self._run(request), 0)])
        while todo:
            run, depth = todo.popleft()
            for task in run.tasks.values():
                if not task.is_created:
                    continue
                found.append((task, depth))
                if depth < most:
                    children = Selection(parent_task_id=task.id, part=WHOLE).run_ids(self._hub.store.db)
                    todo.extend((child, depth + 1) for child in self._hub.core.look_at_runs(children))
        found.sort(key=lambda each: each[0].created_at)
        return Page(self._views.timing(task, depth) for task, depth in found)

    async def traces(self, request: Request) -> Page:
        """GET /api/v1/stable/tenants/{tenant}/traces"""
        if requests.optional_uuid(request, "run_external_id") is None:
            raise invalid("query parameter run_external_id is required")
        requests.part(request)
        # Spans are not kept, as on a real engine whose observability is off.
        return Page((), {})

    async def restore(self, request: Request) -> JsonValue:
        """POST /api/v1/stable/tasks/{task}/restore"""
        task = self._task(requests.path_uuid(request, "task"))
        self._hub.eviction.restore(task, "Restore via REST API", self._hub.now())
        await self._hub.turns.stored()
        return {"requeued": True}  # also for a task that is not evicted, by the protocol

    async def dag_tasks(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/dags/tasks"""
        tenant = requests.optional_uuid(request, "tenant")
        if tenant != self._hub.tenant_id:
            raise Refused(Code.FORBIDDEN, "Please provide valid credentials")
        found: list[JsonValue] = []
        for run in self._hub.core.look_at_runs(requests.uuids(request, "dag_ids")):
            if run.is_dag:
                children: list[JsonValue] = [
                    self._views.part_of_details(task) for task in run.tasks.values() if task.is_created
                ]
                found.append({"dagId": run.id, "children": children})
        return found

    async def list_runs(self, request: Request) -> Page:
        """GET /api/v1/stable/tenants/{tenant}/workflow-runs"""
        only_tasks = requests.flag(request, "only_tasks", None)
        chosen = requests.selection(request, of_tasks=only_tasks)
        payloads = requests.flag(request, "include_payloads", False)
        db = self._hub.store.db
        total = chosen.count(db, of_tasks=only_tasks)
        rows = self._tasks(chosen, payloads) if only_tasks else self._runs(chosen, payloads)
        return open_ended(rows, total, chosen.part)

    def _tasks(self, chosen: Selection, payloads: bool) -> Iterator[JsonValue]:
        ids = chosen.tasks(self._hub.store.db)
        runs = self._hub.core.look_at_runs([*dict.fromkeys(run_id for run_id, _ in ids)])
        tasks = {task.id: task for run in runs for task in run.tasks.values()}
        for _, task_id in ids:
            if task_id in tasks:
                yield self._views.task(tasks[task_id], payloads=payloads)

    def _runs(self, chosen: Selection, payloads: bool) -> Iterator[JsonValue]:
        for run in self._hub.core.look_at_runs(chosen.run_ids(self._hub.store.db)):
            yield self._views.run(run, payloads=payloads)

    async def count_runs(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/workflow-runs/count"""
        only_tasks = requests.flag(request, "only_tasks", None)
        chosen = requests.selection(request, of_tasks=only_tasks)
        return {"count": chosen.count(self._hub.store.db, of_tasks=only_tasks)}

    async def external_ids(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/workflow-runs/external-ids"""
        chosen = dataclasses.replace(requests.selection(request, of_tasks=False), part=WHOLE)
        return list[JsonValue](chosen.run_ids(self._hub.store.db))

    async def display_names(self, request: Request) -> Page:
        """GET /api/v1/stable/tenants/{tenant}/workflow-runs/display-names"""
        rows: list[JsonValue] = [
            {"metadata": resource(run.id, run.created_at), "displayName": self._views.display_name(run)}
            for run in self._hub.core.look_at_runs(requests.uuids(request, "external_ids"))
        ]
        return Page(rows, {"current_page": 1, "num_pages": 1})

    async def trigger(self, request: Request) -> JsonValue:
        """POST /api/v1/stable/tenants/{tenant}/workflow-runs/trigger"""
        given = await requests.parsed(request, V1TriggerWorkflowRunRequest)
        metadata = given.additional_metadata
        trigger = Trigger(
            workflow=given.workflow_name,
            input=jsontext.dump(given.input),
            metadata="" if metadata is None else jsontext.dump(metadata),
            priority=given.priority,
        )
        [run_id] = self._hub.triggering.trigger([trigger], self._hub.now())
        await self._hub.turns.stored()
        run = self._hub.core.find_run(run_id)
        if run is None:
            raise not_found(f"run {run_id} was deleted right after it was created")
        # `return_only_id` spares the real engine a wait; here everything is there at once, so it changes nothing.
        return self._views.run_details(run)

    async def cancel(self, request: Request) -> JsonValue:
        """POST /api/v1/stable/tenants/{tenant}/tasks/cancel"""
        ids = await self._chosen(request, MAX_CANCEL)
        for external_id in ids:
            self._hub.lifecycle.cancel_any(self._hub.core.find(external_id), self._hub.now())
        await self._hub.turns.stored()
        return {"ids": list[JsonValue](ids)}

    async def replay(self, request: Request) -> JsonValue:
        """POST /api/v1/stable/tenants/{tenant}/tasks/replay"""
        ids = await self._chosen(request, MAX_REPLAY)
        replayed = self._hub.replays.start(map(self._hub.core.find, ids), self._hub.now())
        await self._hub.turns.stored()
        return {"ids": list[JsonValue](replayed)}

    async def metrics(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/task-metrics"""
        # The operation speaks of tasks, and counts runs: a DAG is one.
        chosen = requests.selection(request, of_tasks=False)
        counts = chosen.by_status(self._hub.store.db)
        rows: list[JsonValue] = []
        for status in ("CANCELLED", "COMPLETED", "FAILED", "QUEUED", "RUNNING"):
            count = counts.get(status, 0)
            row: JsonObject = {"status": status, "count": count}
            if status == "RUNNING":
                evicted = counts.get("EVICTED", 0)
                row["count"] = count + evicted
                row["runningDetailCount"] = {"evicted": evicted, "onWorker": count}
            rows.append(row)
        return rows

    async def _chosen(self, request: Request, limit: int) -> list[str]:
        given = await requests.body(request)
        ids, filters = given.get("externalIds"), given.get("filter")
        if (ids is None) == (filters is None):
            raise invalid("give either externalIds or filter, not both")
        if filters is None:
            found = requests.texts(ids, "externalIds", most=MAX_CANCEL)
            return [requests.as_uuid(each, "externalIds") for each in found]
        if not isinstance(filters, dict):
            raise invalid("field filter must be an object")
        if "since" not in filters:
            raise invalid("field filter.since is required")
        until = filters.get("until")
        chosen = Selection(
            since=requests.as_moment(filters["since"], "since"),
            until=None if until is None else requests.as_moment(until, "until"),
            statuses=requests.statuses(requests.texts(filters.get("statuses"), "statuses")),
            workflow_ids=tuple(
                requests.as_uuid(each, "workflowIds")
                for each in requests.texts(filters.get("workflowIds"), "workflowIds")
            ),
            metadata=tuple(requests.texts(filters.get("additionalMetadata"), "additionalMetadata")),
            part=Part(limit),
        )
        return chosen.run_ids(self._hub.store.db)

    def _task(self, task_id: str) -> TaskRun:
        found = self._hub.core.find_task(task_id)
        if found is None or not found.is_created:
            raise not_found("task not found")
        return found

    def _run(self, request: Request) -> Run:
        return requests.path_thing(request, "run", self._hub.core.find_run, "workflow run")

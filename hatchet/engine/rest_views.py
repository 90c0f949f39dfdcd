"""From the engine's state to the JSON of the REST side."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timezone

from hatchet.engine import jsontext, messages
from hatchet.engine.changes import TaskEventType
from hatchet.engine.definitions import TaskDefinition, Workflow, WorkflowDefinition, WorkflowVersion
from hatchet.engine.jsontext import JsonObject, JsonValue
from hatchet.engine.model import Run, Status, TaskRun, Worker
from hatchet.engine.pausing import Pausing

READABLE = {
    TaskEventType.FINISHED: Status.COMPLETED,
    TaskEventType.SKIPPED: Status.COMPLETED,
    TaskEventType.FAILED: Status.FAILED,
    TaskEventType.TIMED_OUT: Status.FAILED,
    TaskEventType.SCHEDULING_TIMED_OUT: Status.FAILED,
    TaskEventType.COULD_NOT_SEND_TO_WORKER: Status.FAILED,
    TaskEventType.CANCELLED: Status.CANCELLED,
    TaskEventType.ASSIGNED: Status.RUNNING,
    TaskEventType.BATCH_FLUSHED: Status.RUNNING,
    TaskEventType.SENT_TO_WORKER: Status.RUNNING,
    TaskEventType.STARTED: Status.RUNNING,
}
_RANK = (Status.QUEUED, Status.RUNNING, Status.CANCELLED, Status.FAILED, Status.COMPLETED)


def moment(seconds: float | None) -> str | None:
    """A time as JSON has it."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


def resource(identity: str, created_at: float, updated_at: float | None = None) -> JsonObject:
    """Id and dates of anything."""
    created = moment(created_at)
    return {"id": identity, "createdAt": created, "updatedAt": created if updated_at is None else moment(updated_at)}


def _add_times(view: JsonObject, started: float | None, finished: float | None) -> None:
    if started is not None:
        view["startedAt"] = moment(started)
    if finished is not None:
        view["finishedAt"] = moment(finished)
    if started is not None and finished is not None:
        view["duration"] = _milliseconds(started, finished)


def _milliseconds(started: float, finished: float) -> int:
    return max(0, int((finished - started) * 1000))


def _add_origin(view: JsonObject, run: Run) -> None:
    if run.parent_task_id is not None:
        view["parentTaskExternalId"] = run.parent_task_id
    if run.idempotency_key is not None:
        view["idempotencyKey"] = run.idempotency_key


def task_display_name(task: TaskRun) -> str:
    """The name that people see."""
    return f"{task.definition.name}-{int(task.created_at * 1000)}"


class Views:
    """JSON of one tenant's things."""

    def __init__(self, tenant_id: str, db: sqlite3.Connection, pausing: Pausing) -> None:
        self._tenant_id = tenant_id
        self._db = db
        self._pausing = pausing

    @staticmethod
    def display_name(run: Run) -> str:
        """The name of a run that people see: that of its only task, unless it is a DAG."""
        return run.display_name if run.is_dag else task_display_name(next(iter(run.tasks.values())))

    def task(self, task: TaskRun, *, payloads: bool = True) -> JsonObject:
        """A task run as lists show it: its input is the whole envelope."""
        summary = self._task(task, payloads)
        summary["isDurable"] = task.definition.durable
        summary["isEvicted"] = False
        return summary

    def _task(self, task: TaskRun, payloads: bool) -> JsonObject:
        run = task.run
        created = moment(task.created_at)
        summary: JsonObject = {
            "metadata": {"id": task.id, "createdAt": created, "updatedAt": created},
            "actionId": task.definition.action,
            "retryCount": task.retry_count,
            "attempt": task.retry_count + 1,
            "additionalMetadata": jsontext.object_or_empty(run.metadata),
            "createdAt": created,
            "displayName": task_display_name(task),
            "errorMessage": task.error or "",
            "input": jsontext.object_or_empty(messages.envelope(task, as_queued=True)) if payloads else {},
            "numSpawnedChildren": 0,
            "output": jsontext.object_or_empty(task.output) if payloads else {},
            "status": task.reported.value if task.status is not Status.PENDING else Status.QUEUED.value,
            "stepId": task.definition.id,
            "taskExternalId": task.id,
            "taskId": task.seq,
            "taskInsertedAt": created,
            "tenantId": self._tenant_id,
            "type": "TASK",
            "workflowId": run.version.workflow_id,
            "workflowName": run.workflow_name,
            "workflowRunExternalId": run.id,
            "workflowVersionId": run.version.id,
        }
        _add_times(summary, task.started_at, task.finished_at)
        _add_origin(summary, run)
        return summary

    def single_task(self, task: TaskRun, attempt: int | None) -> JsonObject:
        """A task run on its own: its input is bare; an earlier attempt is told from the history."""
        summary = self.task(task)
        summary["input"] = jsontext.object_or_empty(task.run.input)
        summary["workflowConfig"] = workflow_config(task.run.version.definition)
        summary["numSpawnedChildren"] = int(
            self._db.execute("SELECT count(*) FROM runs WHERE parent_task_id = ?", (task.id,)).fetchone()[0]
        )
        if attempt is not None and attempt - 1 != task.retry_count:
            self._as_of(summary, task, attempt - 1)
        return summary

    def run(self, run: Run, *, payloads: bool = True) -> JsonObject:
        """A run among others: a DAG with its tasks as children, or the only task."""
        if not run.is_dag:
            task = next(iter(run.tasks.values()))
            # The real engine shows it as a run, not as what it is a run of.
            only = self._task(task, payloads)
            only["type"] = "DAG"
            only["actionId"] = ""
            return only
        summary: JsonObject = {
            "metadata": resource(run.id, run.created_at),
            "retryCount": 0,
            "attempt": 1,
            "actionId": "",
            "additionalMetadata": jsontext.object_or_empty(run.metadata),
            "children": [
                self.task(task, payloads=payloads) for task in run.tasks.values() if task.status is not Status.PENDING
            ],
            "createdAt": moment(run.created_at),
            "displayName": run.display_name,
            "errorMessage": _error_of(run),
            "input": jsontext.object_or_empty(run.input) if payloads else {},
            "numSpawnedChildren": 0,
            "output": output_of(run) if payloads else {},
            "status": run.reported.value,
            "taskExternalId": run.id,
            "taskId": run.seq,
            "taskInsertedAt": moment(run.created_at),
            "tenantId": self._tenant_id,
            "type": "DAG",
            "workflowId": run.version.workflow_id,
            "workflowName": run.workflow_name,
            "workflowRunExternalId": run.id,
            "workflowVersionId": run.version.id,
        }
        _add_times(summary, run.started_at, run.finished_at)
        _add_origin(summary, run)
        return summary

    def run_details(self, run: Run) -> JsonObject:
        """A run with its tasks, its shape and everything that happened."""
        task = next(iter(run.tasks.values()))
        bare = jsontext.object_or_empty(run.input)
        details: JsonObject = {
            "metadata": resource(run.id, run.created_at),
            "status": run.reported.value,
            "tenantId": self._tenant_id,
            "additionalMetadata": jsontext.object_or_empty(run.metadata),
            "displayName": self.display_name(run),
            "workflowId": run.version.workflow_id,
            "output": output_of(run),
            "errorMessage": _error_of(run),
            "workflowVersionId": run.version.id,
            "input": bare if run.is_dag else jsontext.object_or_empty(messages.envelope(task)),
            "createdAt": moment(run.created_at),
        }
        if run.parent_task_id is not None:
            details["parentTaskExternalId"] = run.parent_task_id
        _add_times(details, run.started_at, run.finished_at)
        definition = run.version.definition
        return {
            "run": details,
            "taskEvents": self.run_events(run),
            "shape": [
                {
                    "taskExternalId": run.tasks[each.name].id,
                    "stepId": each.id,
                    "childrenStepIds": [
                        other.id for other in definition.tasks if each.name in other.parents and not other.on_failure
                    ],
                    "taskName": each.name,
                }
                for each in definition.tasks
            ],
            "tasks": [self.task(each) for each in run.tasks.values() if each.status is not Status.PENDING],
            "workflowConfig": workflow_config(definition),
        }

    def run_events(self, run: Run, task: TaskRun | None = None) -> list[JsonValue]:
        """What happened to the tasks of a run, newest first."""
        rows = self._db.execute(
            "SELECT id, task_id, at, type, retry_count, message, error, worker_id FROM task_events WHERE run_id = ?"
            " ORDER BY id DESC",
            (run.id,),
        ).fetchall()
        by_id = {each.id: each for each in run.tasks.values()}
        found: list[JsonValue] = []
        for number, task_id, at, kind, retry_count, message, error, worker_id in rows:
            of = by_id.get(task_id)
            if of is None or (task is not None and of is not task):
                continue
            current_end = kind == TaskEventType.FINISHED.value and retry_count == of.retry_count
            found.append(
                _present(
                    {
                        "id": number,
                        "taskId": task_id,
                        "timestamp": moment(at),
                        "eventType": kind,
                        "message": message,
                        "errorMessage": error,
                        "output": (of.output or "") if current_end else "",
                        "workerId": worker_id,
                        "taskDisplayName": task_display_name(of),
                        "retryCount": retry_count,
                        "attempt": retry_count + 1,
                    }
                )
            )
        return found

    def timing(self, task: TaskRun, depth: int) -> JsonObject:
        """When a task run was queued, started and finished."""
        return _present(
            {
                "metadata": resource(task.id, task.created_at),
                "depth": depth,
                "status": task.reported.value,
                "taskDisplayName": task_display_name(task),
                "taskExternalId": task.id,
                "taskId": task.seq,
                "taskInsertedAt": moment(task.created_at),
                "tenantId": self._tenant_id,
                "parentTaskExternalId": task.run.parent_task_id,
                "queuedAt": moment(task.queued_at),
                "startedAt": moment(task.started_at),
                "finishedAt": moment(task.finished_at),
                "workflowRunId": task.run.id,
                "retryCount": task.retry_count,
                "attempt": task.retry_count + 1,
            }
        )

    def workflow(self, workflow: Workflow, versions: Sequence[WorkflowVersion] = ()) -> JsonObject:
        """A workflow with its versions, newest first."""
        current = workflow.current
        pause = self._pausing.shelf.get(workflow.id)
        paused: JsonObject = {"isPaused": pause is not None}
        if pause is not None:
            paused["pausedWorkflowCronRunQueueBehavior"] = pause.crons
            paused["pausedWorkflowScheduledRunQueueBehavior"] = pause.schedules
        return {
            "metadata": resource(workflow.id, workflow.created_at, current.created_at),
            "name": workflow.name,
            "description": current.definition.description,
            **paused,
            "versions": [self.version_meta(version) for version in versions or (current,)],
            "tags": [],
            "jobs": [],
            "tenantId": self._tenant_id,
        }

    @staticmethod
    def version_meta(version: WorkflowVersion) -> JsonObject:
        """A version by its place in the row."""
        return {
            "metadata": resource(version.id, version.created_at),
            "version": "",
            "order": version.order,
            "workflowId": version.workflow_id,
        }

    def version(self, version: WorkflowVersion, workflow: Workflow) -> JsonObject:
        """A version with what was registered."""
        definition = version.definition
        view: JsonObject = {
            **self.version_meta(version),
            "workflow": self.workflow(workflow, (version,)),
            "defaultPriority": definition.default_priority or 0,
            "scheduleTimeout": "5m",
            "triggers": {
                "events": [{"parent_id": version.id, "event_key": key} for key in definition.event_triggers],
                "crons": [{"parent_id": version.id, "cron": text} for text in definition.cron_triggers],
            },
            "workflowConfig": workflow_config(definition),
            "v1Concurrency": _concurrency(definition),
        }
        if definition.sticky is not None:
            view["sticky"] = definition.sticky.name.lower()
        if definition.input_json_schema:
            view["inputJsonSchema"] = jsontext.object_or_empty(definition.input_json_schema.decode("utf-8", "replace"))
        return view

    def worker(self, worker: Worker, status: str, workflows: Sequence[Workflow], *, tasks: bool) -> JsonObject:
        """A worker; with `tasks`, what it is doing."""
        runtime = worker.runtime
        language = {"GO": "GOLANG"}.get(runtime.language or "", runtime.language)
        info: JsonObject = {
            "sdkVersion": runtime.sdk_version or "",
            "languageVersion": runtime.language_version or "",
            "os": runtime.os or "",
            "runtimeExtra": runtime.extra or "",
        }
        if language is not None and language != "UNKNOWN":
            info["language"] = language
        view: JsonObject = {
            "metadata": resource(worker.id, worker.created_at, worker.heartbeat_at),
            "name": worker.name,
            "type": "SELFHOSTED",
            "lastHeartbeatAt": moment(worker.heartbeat_at),
            "lastListenerEstablished": moment(worker.listening_since),
            "actions": list[JsonValue](sorted(worker.actions)),
            "registeredWorkflows": [{"id": each.id, "name": each.name} for each in workflows],
            "status": status,
            "slotConfig": {
                kind: {"available": max(0, units - worker.used.get(kind, 0)), "limit": units}
                for kind, units in sorted(worker.slots.items())
            },
            "labels": [
                {"metadata": resource(worker.id, worker.created_at), "key": key, "value": str(value)}
                for key, value in sorted(worker.labels.items())
            ],
            "runtimeInfo": info,
        }
        if tasks:
            view["slots"] = [
                _present(
                    {
                        "stepRunId": task.id,
                        "actionId": task.definition.action,
                        "startedAt": moment(task.assigned_at),
                        "timeoutAt": moment(task.timeout_at),
                        "workflowRunId": task.run.id,
                        "status": "RUNNING",
                    }
                )
                for task in worker.tasks.values()
            ]
        return _present(view)

    def _as_of(self, summary: JsonObject, task: TaskRun, retry_count: int) -> None:
        rows = self._db.execute(
            "SELECT at, type, error FROM task_events WHERE run_id = ? AND task_id = ? AND retry_count = ? ORDER BY id",
            (task.run.id, task.id, retry_count),
        ).fetchall()
        status = Status.QUEUED
        summary.update(retryCount=retry_count, attempt=retry_count + 1, output={}, errorMessage="")
        for key in ("startedAt", "finishedAt", "duration"):
            summary.pop(key, None)
        started: float | None = None
        for at, kind, error in rows:
            event = TaskEventType(kind)
            readable = READABLE.get(event, Status.QUEUED)
            status = max(status, readable, key=_RANK.index)
            if event is TaskEventType.STARTED and started is None:
                started = at
                summary["startedAt"] = moment(at)
            if readable.final:
                summary["finishedAt"] = moment(at)
                summary["errorMessage"] = error
                if started is not None:
                    summary["duration"] = _milliseconds(started, at)
        summary["status"] = status.value


def output_of(run: Run) -> JsonObject:
    """The output of a run: its only task's, or those of its completed tasks by name."""
    if not run.is_dag:
        return jsontext.object_or_empty(next(iter(run.tasks.values())).output)
    if not run.status.final:
        return {}
    return {
        name: json.loads(task.output) if task.output else {}
        for name, task in run.tasks.items()
        if task.status is Status.COMPLETED
    }


def workflow_config(definition: WorkflowDefinition) -> JsonObject:
    """What was registered, as an object."""
    return {
        "name": definition.name,
        "description": definition.description,
        "eventTriggers": list(definition.event_triggers),
        "cronTriggers": list(definition.cron_triggers),
        "sticky": definition.sticky.name if definition.sticky is not None else None,
        "defaultPriority": definition.default_priority,
        "tasks": [_task_config(task) for task in definition.tasks if not task.on_failure],
        "onFailureJob": next((_task_config(task) for task in definition.tasks if task.on_failure), None),
    }


def _task_config(task: TaskDefinition) -> JsonObject:
    return {
        "readableId": task.name,
        "action": task.action,
        "parents": list(task.parents),
        "timeout": task.timeout,
        "scheduleTimeout": task.schedule_timeout,
        "retries": task.retry.retries,
        "retryBackoffFactor": task.retry.backoff_factor,
        "retryBackoffMaxSeconds": task.retry.backoff_max_seconds,
        "isDurable": task.durable,
        "slotRequests": dict(task.slots),
    }


def _concurrency(definition: WorkflowDefinition) -> list[JsonValue]:
    """The rules of the tasks, then those of whole runs."""
    of_tasks = [(rule, task.name) for task in definition.tasks for rule in task.concurrency if not rule.of_run]
    return [
        _present(
            {
                "expression": rule.expression,
                "stepReadableId": name,
                "limitStrategy": rule.strategy.name,
                "maxRuns": rule.max_runs,
                "scope": "WORKFLOW" if name is None else "TASK",
            }
        )
        for rule, name in [*of_tasks, *((rule, None) for rule in definition.concurrency)]
    ]


def _error_of(run: Run) -> str:
    return next((task.error or "" for task in run.tasks.values() if task.reported is Status.FAILED), "")


def _present(fields: JsonObject) -> JsonObject:
    return {key: value for key, value in fields.items() if value is not None}

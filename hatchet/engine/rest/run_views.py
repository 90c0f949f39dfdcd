"""From runs and their tasks to the JSON of the REST side."""

from __future__ import annotations

import json
import sqlite3

from hatchet.engine.rest.fields import NO_ID, moment, present, resource
from hatchet.engine.rest.registry_views import workflow_config
from hatchet.engine.state import jsontext
from hatchet.engine.state.changes import TaskEventType
from hatchet.engine.state.envelopes import envelope
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.state.model import Run, Status, TaskRun

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
    TaskEventType.DURABLE_EVICTED: Status.RUNNING,
    TaskEventType.DURABLE_RESTORING: Status.RUNNING,
}
_RANK = (Status.QUEUED, Status.RUNNING, Status.CANCELLED, Status.FAILED, Status.COMPLETED)


def _add_times(view: JsonObject, started: float | None, finished: float | None) -> None:
    if started is not None:
        view["startedAt"] = moment(started)
    if finished is not None:
        view["finishedAt"] = moment(finished)
    if started is not None and finished is not None:
        view["duration"] = _milliseconds(started, finished)


def _milliseconds(started: float, finished: float) -> int:
    return max(0, int((finished - started) * 1000))


def _of_run(run: Run) -> JsonObject:
    """What a run and each of its tasks show alike."""
    shown: JsonObject = {
        "additionalMetadata": jsontext.object_or_empty(run.metadata),
        "workflowId": run.version.workflow_id,
        "workflowName": run.workflow_name,
        "workflowRunExternalId": run.id,
        "workflowVersionId": run.version.id,
    }
    if run.parent_task_id is not None:
        shown["parentTaskExternalId"] = run.parent_task_id
    if run.idempotency_key is not None:
        shown["idempotencyKey"] = run.idempotency_key
    return shown


def task_display_name(task: TaskRun) -> str:
    """The name that people see."""
    return f"{task.definition.name}-{int(task.created_at * 1000)}"


class RunViews:
    """JSON of one tenant's runs and tasks."""

    def __init__(self, tenant_id: str, db: sqlite3.Connection) -> None:
        self._tenant_id = tenant_id
        self._db = db

    @staticmethod
    def display_name(run: Run) -> str:
        """The name of a run that people see: that of its only task, unless it is a DAG."""
        return run.display_name if run.is_dag else task_display_name(next(iter(run.tasks.values())))

    def task(self, task: TaskRun, *, payloads: bool = True) -> JsonObject:
        """A task run as lists show it: its input is the whole envelope."""
        run = task.run
        created = moment(task.created_at)
        summary: JsonObject = {
            "metadata": {"id": task.id, "createdAt": created, "updatedAt": created},
            "actionId": task.definition.action,
            "retryCount": task.retry_count,
            "attempt": task.retry_count + 1,
            "createdAt": created,
            "displayName": task_display_name(task),
            "errorMessage": task.error or "",
            "input": jsontext.object_or_empty(envelope(task, as_queued=True)) if payloads else {},
            "numSpawnedChildren": 0,
            "output": jsontext.object_or_empty(task.output) if payloads else {},
            "status": status_of(task),
            "stepId": task.definition.id,
            "taskExternalId": task.id,
            "taskId": task.seq,
            "taskInsertedAt": created,
            "tenantId": self._tenant_id,
            "type": "TASK",
            **_of_run(run),
        }
        if task.is_evicted:
            summary["isEvicted"] = True
        _add_times(summary, task.started_at, task.finished_at)
        return summary

    def part_of_details(self, task: TaskRun) -> JsonObject:
        """A task run as the details of its run show it."""
        summary = self.task(task)
        summary["isDurable"] = task.definition.durable
        summary["isEvicted"] = task.is_evicted
        del summary["workflowName"]
        return summary

    def single_task(self, task: TaskRun, attempt: int | None) -> JsonObject:
        """A task run on its own: its input is bare; an earlier attempt is told from the history."""
        summary = self.part_of_details(task)
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
            only = self.task(task, payloads=payloads)
            only["type"] = "DAG"
            only["actionId"] = ""
            return only
        summary: JsonObject = {
            "metadata": resource(run.id, run.created_at),
            "retryCount": 0,
            "attempt": 1,
            "actionId": "",
            "children": [self.task(task, payloads=payloads) for task in _newest_first(run)],
            "createdAt": moment(run.created_at),
            "displayName": run.display_name,
            "errorMessage": _error_of(run),
            "input": jsontext.object_or_empty(run.input) if payloads else {},
            "numSpawnedChildren": 0,
            "output": output_of(run) if payloads else {},
            "status": status_of(run),
            "stepId": NO_ID,
            "taskExternalId": run.id,
            "taskId": run.seq,
            "taskInsertedAt": moment(run.created_at),
            "tenantId": self._tenant_id,
            "type": "DAG",
            **_of_run(run),
        }
        _add_times(summary, run.started_at, run.finished_at)
        return summary

    def run_details(self, run: Run) -> JsonObject:
        """A run with its tasks, its shape and everything that happened."""
        task = next(iter(run.tasks.values()))
        bare = jsontext.object_or_empty(run.input)
        details: JsonObject = {
            "metadata": resource(run.id, run.created_at),
            "status": status_of(run),
            "tenantId": self._tenant_id,
            "additionalMetadata": jsontext.object_or_empty(run.metadata),
            "displayName": self.display_name(run),
            "workflowId": run.version.workflow_id,
            "output": output_of(run),
            "errorMessage": _error_of(run),
            "workflowVersionId": run.version.id,
            "input": bare if run.is_dag else jsontext.object_or_empty(envelope(task)),
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
            "tasks": [self.part_of_details(each) for each in _newest_first(run)],
            "workflowConfig": workflow_config(definition),
        }

    def run_events(self, run: Run, task: TaskRun | None = None) -> list[JsonValue]:
        """What happened to the tasks of a run, newest first; as on the real engine, not that they came to be."""
        rows = self._db.execute(
            "SELECT id, task_id, at, type, retry_count, message, error, worker_id FROM task_events WHERE run_id = ?"
            " AND type <> ? ORDER BY id DESC",
            (run.id, TaskEventType.CREATED.value),
        ).fetchall()
        by_id = {each.id: each for each in run.tasks.values()}
        found: list[JsonValue] = []
        for number, task_id, at, kind, retry_count, message, error, worker_id in rows:
            of = by_id.get(task_id)
            if of is None or (task is not None and of is not task):
                continue
            current_end = kind == TaskEventType.FINISHED.value and retry_count == of.retry_count
            found.append(
                present(
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
        return present(
            {
                "metadata": resource(task.id, task.created_at),
                "depth": depth,
                "status": status_of(task),
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
                "isEvicted": True if task.is_evicted else None,
            }
        )

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


def status_of(thing: Run | TaskRun) -> str:
    """The status that is shown: an evicted task is a running one."""
    shown: Status = thing.reported
    return "RUNNING" if shown is Status.EVICTED else shown.value


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


def _error_of(run: Run) -> str:
    """The error of the task that failed in the latest attempt, as on the real engine."""
    failed = [task for task in run.tasks.values() if task.reported is Status.FAILED]
    return max(failed, key=lambda task: task.retry_count).error or "" if failed else ""


def _newest_first(run: Run) -> list[TaskRun]:
    """The tasks of a run that have been created; those that are still to come have no row yet."""
    there = [task for task in run.tasks.values() if task.is_created]
    return sorted(there, key=lambda task: (task.created_at, task.seq), reverse=True)

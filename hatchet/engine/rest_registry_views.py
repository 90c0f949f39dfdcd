"""From what workers have registered to the JSON of the REST side."""

from __future__ import annotations

from collections.abc import Sequence

from hatchet.engine import jsontext
from hatchet.engine.definitions import TaskDefinition, Workflow, WorkflowDefinition, WorkflowVersion
from hatchet.engine.jsontext import JsonObject, JsonValue
from hatchet.engine.model import Worker
from hatchet.engine.pausing import Pausing
from hatchet.engine.rest_fields import moment, present, resource


class RegistryViews:
    """JSON of one tenant's workflows, their versions, and its workers."""

    def __init__(self, tenant_id: str, pausing: Pausing) -> None:
        self._tenant_id = tenant_id
        self._pausing = pausing

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
                present(
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
        return present(view)


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
        present(
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

"""From what workers have registered to the JSON of the REST side."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence

from hatchet.engine.rest.fields import moment, present, resource
from hatchet.engine.rules.pausing import Pausing
from hatchet.engine.state import jsontext
from hatchet.engine.state.definitions import (
    RateRule,
    Rule,
    TaskDefinition,
    WantedLabel,
    Workflow,
    WorkflowDefinition,
    WorkflowVersion,
)
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.state.model import Worker


class RegistryViews:
    """JSON of one tenant's workflows, their versions, and its workers."""

    def __init__(self, tenant_id: str, pausing: Pausing) -> None:
        self._tenant_id = tenant_id
        self._pausing = pausing
        # The real engine has several, and workers are connected to one of them.
        self._dispatcher_id = str(uuid.uuid5(uuid.UUID(tenant_id), "dispatcher"))

    def workflow(self, workflow: Workflow) -> JsonObject:
        """A workflow on its own, with its newest version."""
        return {
            **self._workflow(workflow),
            "versions": [self.version_meta(workflow.current)],
            "tenantId": self._tenant_id,
        }

    def listed_workflow(self, workflow: Workflow) -> JsonObject:
        """A workflow in a list, in a version, or after a change."""
        view = self._workflow(workflow)
        pause = self._pausing.shelf.get(workflow.id)
        if pause is not None:
            view["pausedWorkflowCronRunQueueBehavior"] = pause.crons
            view["pausedWorkflowScheduledRunQueueBehavior"] = pause.schedules
        # The real engine leaves it empty here.
        view["tenantId"] = ""
        return view

    def _workflow(self, workflow: Workflow) -> JsonObject:
        return {
            "metadata": resource(workflow.id, workflow.created_at, workflow.current.created_at),
            "name": workflow.name,
            "description": workflow.current.definition.description,
            "isPaused": self._pausing.shelf.get(workflow.id) is not None,
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
            "workflowId": "",  # as the workflow's tenant: the real engine leaves it empty here
            "workflow": self.listed_workflow(workflow),
            "defaultPriority": definition.default_priority or 0,
            "scheduleTimeout": "5m",
            "triggers": _triggers(version),
            "workflowConfig": workflow_config(definition),
            "v1Concurrency": _concurrency(definition),
        }
        if definition.sticky is not None:
            view["sticky"] = definition.sticky.name.lower()
        if definition.input_json_schema:
            view["inputJsonSchema"] = jsontext.object_or_empty(definition.input_json_schema.decode("utf-8", "replace"))
        return view

    def worker(self, worker: Worker, status: str, workflows: Sequence[Workflow] | None = None) -> JsonObject:
        """A worker, and what it has registered, which lists do not tell."""
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
            "dispatcherId": self._dispatcher_id if worker.listening_since is not None else None,
            "actions": list[JsonValue](sorted(worker.actions)),
            "registeredWorkflows": (
                None if workflows is None else [{"id": each.id, "name": each.name} for each in workflows]
            ),
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
        return present(view)


def _triggers(version: WorkflowVersion) -> JsonObject:
    view: JsonObject = {}
    if version.definition.event_triggers:
        view["events"] = [{"parent_id": version.id, "event_key": key} for key in version.definition.event_triggers]
    if version.definition.cron_triggers:
        view["crons"] = [{"parent_id": version.id, "cron": text} for text in version.definition.cron_triggers]
    return view


def workflow_config(definition: WorkflowDefinition) -> JsonObject:
    """What was registered, in the names that the real engine keeps it under."""
    config: JsonObject = {
        "Name": definition.name,
        "description": definition.description,
        "EventTriggers": list(definition.event_triggers) or None,
        "CronTriggers": list(definition.cron_triggers) or None,
        "CronInput": None,
        "Sticky": definition.sticky.name if definition.sticky is not None else None,
        "DefaultPriority": definition.default_priority,
        "Tasks": [_task_config(task) for task in definition.tasks if not task.on_failure],
    }
    for task in definition.tasks:
        if task.on_failure:
            config["onFailureJob"] = _task_config(task)
    if definition.concurrency:
        config["concurrency"] = [_rule_config(rule) for rule in definition.concurrency]
    if definition.input_json_schema:
        config["inputJsonSchema"] = base64.b64encode(definition.input_json_schema).decode()
    return config


def _task_config(task: TaskDefinition) -> JsonObject:
    config: JsonObject = {
        "ReadableId": task.name,
        "Action": task.action,
        "Parents": list(task.parents),
        "Timeout": task.timeout,
        "ScheduleTimeout": task.schedule_timeout,
        "Retries": task.retry.retries,
        "RetryBackoffFactor": task.retry.backoff_factor,
        "RetryBackoffMaxSeconds": task.retry.backoff_max_seconds,
        "RateLimits": [_rate_config(rate) for rate in task.rates],
        "DesiredWorkerLabels": {label.key: _label_config(label) for label in task.labels} or None,
        "TriggerConditions": [],
    }
    if task.durable:
        config["isDurable"] = True
    if task.durable or task.on_failure or task.slots != (("default", 1),):
        config["slotRequests"] = dict(task.slots)
    if rules := [rule for rule in task.concurrency if not rule.of_run]:
        config["concurrency"] = [_rule_config(rule) for rule in rules]
    return config


def _rate_config(rate: RateRule) -> JsonObject:
    return {"KeyExpr": rate.key, "UnitsExpr": rate.units, "LimitExpr": rate.limit, "Duration": rate.window.name}


def _label_config(label: WantedLabel) -> JsonObject:
    return {
        "Key": label.key,
        "StrValue": label.value if isinstance(label.value, str) else None,
        "IntValue": label.value if isinstance(label.value, int) else None,
        "Required": label.required,
        "Weight": label.weight,
        "Comparator": label.comparator.name,
    }


def _rule_config(rule: Rule) -> JsonObject:
    return {"Expression": rule.expression, "MaxRuns": rule.max_runs, "LimitStrategy": rule.strategy.name}


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

"""From a registration on the wire to a definition; what breaks a rule or is not served is refused by name."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping

from hatchet.engine.grpc import validate_limits
from hatchet.engine.grpc.conditions import overrides_of, waits_of
from hatchet.engine.rules import crontimes
from hatchet.engine.rules.dag import find_cycle
from hatchet.engine.rules.retries import DEFAULT_BACKOFF_CAP
from hatchet.engine.state import durations, jsontext
from hatchet.engine.state.definitions import (
    Comparator,
    DefaultFilter,
    LabelValue,
    Registration,
    RetryPolicy,
    Sticky,
    TaskDefinition,
    WantedLabel,
    WorkflowDefinition,
)
from hatchet.engine.state.errors import invalid
from hatchet_api.grpc.v1 import workflows_pb2
from hatchet_api.grpc.v1.shared import trigger_pb2

NAME = re.compile(r"[a-zA-Z0-9.\-_]+")
MAX_SLOT_UNITS = 2**31 - 1


def registration_of(request: workflows_pb2.CreateWorkflowVersionRequest) -> Registration:
    """A registration with its stored form and the checksum by which an unchanged one is recognised."""
    copy = workflows_pb2.CreateWorkflowVersionRequest()
    copy.CopyFrom(request)
    copy.version = ""
    source = copy.SerializeToString(deterministic=True)
    return Registration(
        request.name, source, hashlib.sha256(source).hexdigest(), lambda version_id: definition_of(request, version_id)
    )


def stored(source: bytes, version_id: str) -> WorkflowDefinition:
    """The definition in a stored registration, which has been checked before."""
    return definition_of(workflows_pb2.CreateWorkflowVersionRequest.FromString(source), version_id, check=False)


def definition_of(
    request: workflows_pb2.CreateWorkflowVersionRequest, version_id: str, *, check: bool = True
) -> WorkflowDefinition:
    """The definition that a registration describes; raises Refused with the rule it breaks.

    What was stored needs no second `check` of its expressions, which would load the parser when the engine starts.
    """
    _check_name(request.name, "workflow name")
    if not request.tasks:
        raise invalid(f"Invalid request: workflow {request.name} has no tasks; register at least one")
    if request.HasField("default_priority") and not 1 <= request.default_priority <= 3:
        raise invalid(f"Invalid request: default priority must be between 1 and 3, got {request.default_priority}")
    tasks = [_task(task, version_id, request.name, on_failure=False, check=check) for task in request.tasks]
    if request.HasField("on_failure_task"):
        tasks.append(_task(request.on_failure_task, version_id, request.name, on_failure=True, check=check))
    _check_graph(request.name, tasks)
    concurrency = validate_limits.concurrency_of_workflow(request, version_id, check=check)
    tasks = validate_limits.with_rules_of_workflow(tasks, concurrency, request.name)
    return WorkflowDefinition(
        name=request.name,
        description=request.description,
        tasks=tuple(tasks),
        event_triggers=tuple(request.event_triggers),
        default_filters=tuple(_filter(each, request.name) for each in request.default_filters),
        cron_triggers=tuple(_cron(each, request.name) for each in request.cron_triggers),
        cron_input=_object(request.cron_input, f"cron input of workflow {request.name}"),
        sticky=Sticky(request.sticky) if request.HasField("sticky") else None,
        default_priority=request.default_priority if request.HasField("default_priority") else None,
        input_json_schema=request.input_json_schema if request.HasField("input_json_schema") else None,
        concurrency=concurrency if len(tasks) > 1 else (),
        idempotency=validate_limits.idempotency_of(request, check=check),
    )


def normal_action(action: str) -> str:
    """An action id in the spelling under which it is stored."""
    parts = action.split(":")
    if not 2 <= len(parts) <= 3:
        raise invalid(f"invalid action id {action}, must have at least 2 strings separated : (colon)")
    parts[0] = parts[0][:1].lower() + parts[0][1:]
    parts[1] = parts[1].lower()
    if len(parts) == 3:
        parts[2] = parts[2][:1].lower() + parts[2][1:]
    return ":".join(parts)


def wanted_labels(labels: Mapping[str, trigger_pb2.DesiredWorkerLabels]) -> tuple[WantedLabel, ...]:
    """The labels that a task or a trigger wants its worker to have."""
    found: list[WantedLabel] = []
    for key, label in sorted(labels.items()):
        value: LabelValue
        if label.HasField("str_value"):
            value = label.str_value
        elif label.HasField("int_value"):
            value = label.int_value
        else:
            raise invalid(f"Invalid request: desired worker label {key!r} has neither a text nor a number")
        try:
            comparator = Comparator(label.comparator)
        except ValueError:
            raise invalid(
                f"Invalid request: desired worker label {key!r} has no comparator {label.comparator}"
            ) from None
        found.append(
            WantedLabel(
                key=key,
                value=value,
                required=label.required,
                comparator=comparator,
                weight=label.weight if label.HasField("weight") else 100,
            )
        )
    return tuple(found)


def _task(
    task: workflows_pb2.CreateTaskOpts, version_id: str, workflow: str, *, on_failure: bool, check: bool
) -> TaskDefinition:
    _check_name(task.readable_id, "task name")
    where = f"task {task.readable_id}"
    if not task.action:
        raise invalid(f"Invalid request: {where} has no action")
    if task.retries < 0:
        raise invalid(f"Invalid request: retries of {where} must not be negative, got {task.retries}")
    factor: float | None = None
    cap: int | None = None
    if task.HasField("backoff_factor"):
        factor = task.backoff_factor
        cap = task.backoff_max_seconds if task.HasField("backoff_max_seconds") else DEFAULT_BACKOFF_CAP
        if not 1 <= factor <= 1000:
            raise invalid(f"Invalid request: backoff factor of {where} must be between 1 and 1000, got {factor:g}")
        if not 1 <= cap <= DEFAULT_BACKOFF_CAP:
            raise invalid(f"Invalid request: maximum backoff of {where} must be between 1 and 86400 s, got {cap}")
    slots = dict(task.slot_requests) or ({"durable": 1} if task.is_durable else {"default": 1})
    for kind, units in slots.items():
        if not kind or units <= 0:
            raise invalid(f"Invalid request: {where} requests {units} slots of type {kind!r}; units must be positive")
    task_id = str(uuid.uuid5(uuid.UUID(version_id), task.readable_id))
    return TaskDefinition(
        id=task_id,
        name=task.readable_id,
        action=normal_action(task.action),
        parents=() if on_failure else tuple(dict.fromkeys(task.parents)),
        timeout=_duration(task.timeout or "60s", f"timeout of {where}"),
        schedule_timeout=_duration(
            task.schedule_timeout if task.HasField("schedule_timeout") else "5m", f"schedule timeout of {where}"
        ),
        retry=RetryPolicy(task.retries, factor, cap),
        slots=tuple(sorted(slots.items())),
        labels=wanted_labels(task.worker_labels),
        # The one that runs after a failure has its own rule, which no condition changes.
        overrides=() if on_failure else overrides_of(task),
        waits=() if on_failure else waits_of(task),
        durable=task.is_durable,
        on_failure=on_failure,
        concurrency=validate_limits.concurrency_of_task(task, task_id, workflow, check=check),
        rates=validate_limits.rates_of_task(task, workflow, check=check),
        batch=validate_limits.batch_of_task(task, workflow, check=check),
    )


def _check_graph(workflow: str, tasks: Iterable[TaskDefinition]) -> None:
    parents: dict[str, tuple[str, ...]] = {}
    for task in tasks:
        if task.name in parents:
            raise invalid(f"Invalid request: workflow {workflow} has two tasks named {task.name}; rename one of them")
        parents[task.name] = task.parents
    for task in tasks:
        for parent in task.parents:
            if parent not in parents:
                raise invalid(
                    f"Invalid request: parent {parent} of task {task.name} is not a task of workflow {workflow}"
                )
    cycle = find_cycle(parents)
    if cycle is not None:
        raise invalid(f"Invalid request: the parents of workflow {workflow} form a cycle: {' -> '.join(cycle)}")


def _filter(given: workflows_pb2.DefaultFilter, workflow: str) -> DefaultFilter:
    where = f"default filter of workflow {workflow}"
    if not given.expression:
        raise invalid(f"Invalid request: a {where} has no expression; without one it would let nothing through")
    try:
        payload = _object(given.payload.decode(), f"payload of a {where}")
    except UnicodeDecodeError:
        raise invalid(f"Invalid request: payload of a {where} is not UTF-8") from None
    return DefaultFilter(given.scope, given.expression, payload)


def _cron(expression: str, workflow: str) -> str:
    try:
        crontimes.parse(expression)
        if "@" in expression:
            raise ValueError(f"{expression!r} is only taken over REST; a declaration writes fields")
    except ValueError as error:
        raise invalid(f"Invalid request: cron trigger of workflow {workflow}: {error}") from None
    return expression


def _object(text: str, what: str) -> str:
    try:
        jsontext.parse_object(text, what)
    except ValueError as error:
        raise invalid(f"Invalid request: {error}") from None
    return text or "{}"


def _check_name(name: str, what: str) -> None:
    if not NAME.fullmatch(name):
        raise invalid(
            f"Invalid request: {what} {name!r} is not valid; use letters, digits, '.', '-' and '_', at least one"
        )


def _duration(text: str, what: str) -> str:
    if durations.registered(text) is None:
        raise invalid(f"Invalid request: {what} is not a duration: {text!r}; write it like 90s, 5m or 1h30m")
    return text

"""The limits in a registration: from the wire to rules, refused with words when they cannot work."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hatchet.engine import cel
from hatchet.engine.cel import CelFault, Environment
from hatchet.engine.state.definitions import (
    BatchRule,
    IdempotencyRule,
    RateRule,
    Rule,
    Strategy,
    TaskDefinition,
    Window,
)
from hatchet.engine.state.errors import invalid
from hatchet_api.grpc.v1 import workflows_pb2

NAME = re.compile(r"[a-zA-Z0-9.\-_]+")


def concurrency_of_workflow(
    request: workflows_pb2.CreateWorkflowVersionRequest, version_id: str, *, check: bool
) -> tuple[Rule, ...]:
    """The rules of a whole workflow; the older single field comes before the list."""
    given = [*([request.concurrency] if request.HasField("concurrency") else []), *request.concurrency_arr]
    return _rules(given, version_id, f"workflow {request.name}", check=check)


def concurrency_of_task(
    task: workflows_pb2.CreateTaskOpts, task_id: str, workflow: str, *, check: bool
) -> tuple[Rule, ...]:
    """The rules of one task."""
    return _rules(task.concurrency, task_id, f"task {task.readable_id} of workflow {workflow}", check=check)


def with_rules_of_workflow(
    tasks: Sequence[TaskDefinition], rules: tuple[Rule, ...], workflow: str
) -> list[TaskDefinition]:
    """The tasks with the workflow's rules in their chains: a single task owns them, several share one slot a run."""
    if not rules:
        return list(tasks)
    if len(tasks) == 1:
        [task] = tasks
        chain = (*rules, *task.concurrency)
        _check_names(chain, f"workflow {workflow}")
        return [replace(task, concurrency=chain)]
    for rule in rules:
        what = "is shared by the tenant" if rule.shared_as is not None else "has a dynamic limit"
        if rule.shared_as is not None or rule.max_runs_expression is not None:
            raise invalid(
                f"Invalid request: a concurrency rule of workflow {workflow} {what}, which whole runs of several tasks"
                " cannot have; put it on the tasks"
            )
    of_run = tuple(replace(rule, of_run=True) for rule in rules)
    return [task if task.on_failure else replace(task, concurrency=(*task.concurrency, *of_run)) for task in tasks]


def rates_of_task(task: workflows_pb2.CreateTaskOpts, workflow: str, *, check: bool) -> tuple[RateRule, ...]:
    """What a task consumes of rate limits, every part of it as an expression."""
    where = f"task {task.readable_id} of workflow {workflow}"
    found: list[RateRule] = []
    for given in task.rate_limits:
        if not given.key and not given.key_expr:
            raise invalid(f"Invalid request: a rate limit of {where} has neither a key nor an expression for it")
        if given.HasField("units") and given.units < 0:
            raise invalid(f"Invalid request: a rate limit of {where} consumes {given.units} units; write 0 or more")
        try:
            window = Window(given.duration) if given.HasField("duration") else Window.MINUTE
        except ValueError:
            raise invalid(f"Invalid request: {given.duration} is no window of a rate limit ({where})") from None
        rule = RateRule(
            key=given.key_expr if given.HasField("key_expr") else json.dumps(given.key, ensure_ascii=False),
            units=given.units_expr
            if given.HasField("units_expr")
            else str(given.units if given.HasField("units") else 1),
            limit=given.limit_values_expr if given.HasField("limit_values_expr") else None,
            window=window,
        )
        if check:
            # As in the real engine: what a rate limit may name is wider here than when it is evaluated.
            check_expression(rule.key, Environment.TASK, f"rate limit key of {where}", "string")
            check_expression(rule.units, Environment.TASK, f"rate limit units of {where}", "int", "double")
            if rule.limit is not None:
                check_expression(rule.limit, Environment.TASK, f"rate limit of {where}", "int", "double")
        found.append(rule)
    return tuple(found)


def batch_of_task(task: workflows_pb2.CreateTaskOpts, workflow: str, *, check: bool) -> BatchRule | None:
    """How runs of a task are gathered, if they are."""
    if not task.HasField("batch"):
        return None
    where = f"task {task.readable_id} of workflow {workflow}"
    given = task.batch
    rule = BatchRule(
        max_size=given.batch_max_size,
        interval=(given.batch_max_interval_ms if given.HasField("batch_max_interval_ms") else 1000) / 1000,
        group_key=given.batch_group_key or "'default'",
        max_runs=given.batch_group_max_runs if given.HasField("batch_group_max_runs") else 100,
        broadcast_output=given.broadcast_output,
    )
    for value, most, what in (
        (rule.max_size, 100_000, "batch_max_size"),
        (round(rule.interval * 1000), 86_400_000, "batch_max_interval_ms"),
        (rule.max_runs, 10_000, "batch_group_max_runs"),
    ):
        if not 1 <= value <= most:
            raise invalid(f"Invalid request: {what} of {where} must be between 1 and {most}, got {value}")
    if check:
        check_expression(rule.group_key, Environment.WORKFLOW, f"batch group key of {where}", "string")
    return rule


def idempotency_of(request: workflows_pb2.CreateWorkflowVersionRequest, *, check: bool) -> IdempotencyRule | None:
    """What keeps runs of a workflow from starting twice."""
    if not request.HasField("idempotency"):
        return None
    given = request.idempotency
    if not given.expression:
        raise invalid(f"Invalid request: the idempotency of workflow {request.name} needs an expression for its key")
    if given.ttl_ms < 1:
        raise invalid(
            f"Invalid request: the idempotency of workflow {request.name} holds its keys for {given.ttl_ms} ms; write"
            " at least 1"
        )
    if check:
        what = f"idempotency key of workflow {request.name}"
        check_expression(given.expression, Environment.WORKFLOW, what, "string")
    until_end = given.method == workflows_pb2.STATUS
    return IdempotencyRule(given.expression, given.ttl_ms / 1000, until_end)


def check_expression(expression: str, environment: Environment, what: str, *wanted: str) -> None:
    """Refuse an expression that does not compile, or whose type is known and not one of those wanted."""
    try:
        found = cel.check(expression, environment)
    except CelFault as fault:
        raise invalid(f"Invalid request: the {what} is not a valid expression: {fault}") from None
    if wanted and found not in (*wanted, "dyn"):
        raise invalid(f"Invalid request: the {what} gives {found}, wanted is {' or '.join(wanted)}: {expression}")


def _rules(given: Iterable[workflows_pb2.Concurrency], owner: str, where: str, *, check: bool) -> tuple[Rule, ...]:
    rules = tuple(_rule(each, f"{owner}/{number}", where, check=check) for number, each in enumerate(given))
    _check_names(rules, where)
    return rules


def _rule(given: workflows_pb2.Concurrency, identity: str, where: str, *, check: bool) -> Rule:
    if not given.expression:
        raise invalid(f"CEL expression is required for concurrency ({where})")
    try:
        strategy = Strategy(given.limit_strategy)
    except ValueError:
        known = ", ".join(each.name for each in Strategy)
        raise invalid(
            f"Invalid request: the concurrency strategy {given.limit_strategy} of {where} is not served; use {known}"
        ) from None
    max_runs = given.max_runs if given.HasField("max_runs") else 1
    if max_runs < 1:
        raise invalid(f"Invalid request: max_runs in the concurrency of {where} must be at least 1, got {max_runs}")
    dynamic = given.max_runs_expression if given.HasField("max_runs_expression") else None
    shared_as: str | None = None
    if given.is_tenant_scoped:
        if not NAME.fullmatch(given.name):
            raise invalid(
                f"Invalid request: the shared concurrency of {where} needs a name of letters, digits, '.', '-' and"
                f" '_', got {given.name!r}"
            )
        shared_as = given.name
        identity = f"tenant/{given.name}"
    if check:
        check_expression(given.expression, Environment.WORKFLOW, f"concurrency expression of {where}")
        if dynamic is not None:
            what = f"concurrency limit of {where}"
            check_expression(dynamic, Environment.WORKFLOW, what, "int", "double")
    return Rule(identity, given.expression, max_runs, strategy, False, shared_as, dynamic)


def _check_names(rules: Iterable[Rule], where: str) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.shared_as is None:
            continue
        if rule.shared_as in seen:
            raise invalid(f"Invalid request: {where} names the shared concurrency {rule.shared_as} twice")
        seen.add(rule.shared_as)

"""What a worker registers, as messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from hatchet.options.conditions import (
    ConditionAction,
    ParentCondition,
    PlacedCondition,
    SleepCondition,
    UserEventCondition,
)
from hatchet.options.cron import CronExpression
from hatchet.options.durations import render_duration
from hatchet.options.payload import dump_mapping
from hatchet.options.specs import BatchSpec, concurrency_list, label_map
from hatchet.options.values import (
    ConcurrencyExpression,
    DefaultFilter,
    IdempotencyConfig,
    RateLimit,
    TTLBasedIdempotencyConfig,
)
from hatchet.wire.encode_parts import desired_labels, timestamp
from hatchet.wire.requests import TaskDefinition, WorkflowDefinition
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from hatchet_api.grpc.v1.shared import condition_pb2 as conditions_pb

STORED_LIMIT = "-1"  # "use the limit that was put", in the place where the engine expects an expression

MILLISECOND = timedelta(milliseconds=1)

_ACTIONS = {
    ConditionAction.WAIT_FOR: conditions_pb.QUEUE,
    ConditionAction.SKIP_IF: conditions_pb.SKIP,
    ConditionAction.CANCEL_IF: conditions_pb.CANCEL,
}


def workflow(definition: WorkflowDefinition) -> v1.CreateWorkflowVersionRequest:
    """A workflow's registration."""
    spec = definition.spec
    request = v1.CreateWorkflowVersionRequest(
        name=definition.name,
        description=spec.description or "",
        version=spec.version or "",
        event_triggers=definition.events,
        cron_triggers=[CronExpression(each).in_fields or each for each in spec.on_crons],
        tasks=[task(each) for each in definition.tasks],
        default_priority=int(spec.default_priority),
        concurrency_arr=[concurrency(limit) for limit in concurrency_list(spec.concurrency)],
        default_filters=[default_filter(each) for each in spec.default_filters],
    )
    if definition.on_failure is not None:
        request.on_failure_task.CopyFrom(task(definition.on_failure))
    if definition.cron_input is not None:
        request.cron_input = definition.cron_input
    if spec.idempotency is not None:
        request.idempotency.CopyFrom(idempotency(spec.idempotency))
    if spec.sticky is not None:
        request.sticky = v1.StickyStrategy.Value(spec.sticky.value)
    if definition.input_schema is not None:
        request.input_json_schema = definition.input_schema
    return request


def task(definition: TaskDefinition) -> v1.CreateTaskOpts:
    """A task's part of its workflow's registration."""
    spec = definition.spec
    request = v1.CreateTaskOpts(
        readable_id=definition.name,
        action=definition.action_id,
        timeout=render_duration(spec.execution_timeout, "execution_timeout"),
        schedule_timeout=render_duration(spec.schedule_timeout, "schedule_timeout"),
        inputs=json.dumps({}),
        parents=definition.parents,
        retries=spec.retries,
        rate_limits=[task_rate_limit(limit) for limit in spec.rate_limits],
        worker_labels=desired_labels(label_map(spec.desired_worker_labels)),
        concurrency=[concurrency(limit) for limit in concurrency_list(spec.concurrency)],
        is_durable=definition.is_durable,
        slot_requests={"durable": 1} if definition.is_durable else {"default": spec.slot_cost},
    )
    if definition.conditions:
        request.conditions.CopyFrom(task_conditions(definition.conditions, definition.parents))
    if spec.batch is not None:
        request.batch.CopyFrom(batch(spec.batch))
    if spec.backoff_factor is not None:
        request.backoff_factor = spec.backoff_factor
    if spec.backoff_max_seconds is not None:
        request.backoff_max_seconds = spec.backoff_max_seconds
    return request


def batch(spec: BatchSpec) -> v1.TaskBatchConfig:
    """How runs are gathered; what was not given is left to the engine."""
    message = v1.TaskBatchConfig(batch_max_size=spec.batch_max_size, broadcast_output=spec.broadcast_output)
    if spec.batch_max_interval is not None:
        message.batch_max_interval_ms = spec.batch_max_interval // MILLISECOND
    if spec.batch_group_key is not None:
        message.batch_group_key = spec.batch_group_key
    if spec.batch_group_max_runs is not None:
        message.batch_group_max_runs = spec.batch_group_max_runs
    return message


def task_conditions(conditions: Sequence[PlacedCondition], parents: Sequence[str]) -> conditions_pb.TaskConditions:
    """What a task waits for, is skipped for and is cancelled by."""
    message = conditions_pb.TaskConditions()
    for placed in conditions:
        base = conditions_pb.BaseMatchCondition(
            readable_data_key=placed.data_key, action=_ACTIONS[placed.action], or_group_id=placed.group_id
        )
        match placed.condition:
            case SleepCondition() as sleep:
                text = render_duration(sleep.duration, "the duration of a SleepCondition")
                message.sleep_conditions.add(base=base, sleep_for=text)
            case UserEventCondition() as event_condition:
                message.user_event_conditions.append(user_event_condition(base, event_condition))
            case ParentCondition() as parent:
                base.expression = parent.expression or "true"
                message.parent_override_conditions.add(base=base, parent_readable_id=parent.parent.name)
    _name_all_parents(message, parents)
    return message


def _name_all_parents(message: conditions_pb.TaskConditions, parents: Sequence[str]) -> None:
    """Name each parent in each group of `cancel_if`.

    Engines cancel a task when every group holds, and the end of a parent counts in the groups that name it. A parent
    that is named in none makes a group of its own: then a condition that holds would not cancel the task as long as
    that parent completes, and its failure alone would leave the task waiting for ever.
    """
    overrides = message.parent_override_conditions
    cancels = [each for each in overrides if each.base.action == conditions_pb.CANCEL]
    named = {(each.base.or_group_id, each.parent_readable_id) for each in cancels}
    for group in dict.fromkeys(each.base.or_group_id for each in cancels):
        for parent in parents:
            if (group, parent) not in named:
                base = conditions_pb.BaseMatchCondition(
                    readable_data_key=parent, action=conditions_pb.CANCEL, or_group_id=group, expression="false"
                )
                overrides.add(base=base, parent_readable_id=parent)


def user_event_condition(
    base: conditions_pb.BaseMatchCondition, condition: UserEventCondition
) -> conditions_pb.UserEventMatchCondition:
    """A condition that an event satisfies."""
    base.expression = condition.full_expression
    message = conditions_pb.UserEventMatchCondition(base=base, user_event_key=condition.event_key)
    if condition.scope is not None:
        message.event_scope = condition.scope
    if condition.consider_events_since is not None:
        message.consider_events_since.CopyFrom(timestamp(condition.consider_events_since))
    return message


def default_filter(given: DefaultFilter) -> v1.DefaultFilter:
    """A filter on the events that start a workflow."""
    payload = dump_mapping(given.payload, f"the payload of the filter {given.scope!r}").encode()
    return v1.DefaultFilter(expression=given.expression, scope=given.scope, payload=payload)


def idempotency(given: IdempotencyConfig) -> v1.IdempotencyConfig:
    """How to tell that a run was asked for already."""
    by_time = isinstance(given, TTLBasedIdempotencyConfig)
    ttl = given.ttl if isinstance(given, TTLBasedIdempotencyConfig) else given.fallback_ttl
    return v1.IdempotencyConfig(
        expression=given.key_expression, ttl_ms=ttl // MILLISECOND, method=v1.TTL if by_time else v1.STATUS
    )


def concurrency(limit: ConcurrencyExpression) -> v1.Concurrency:
    """A limit of concurrency; a limit given as text is an expression, and the number is then the fallback."""
    dynamic = isinstance(limit.max_runs, str)
    request = v1.Concurrency(
        expression=limit.expression,
        max_runs=limit.max_runs if isinstance(limit.max_runs, int) else 1,
        limit_strategy=v1.ConcurrencyLimitStrategy.Value(limit.limit_strategy.value),
    )
    if dynamic:
        request.max_runs_expression = str(limit.max_runs)
    if limit.name is not None:
        request.name = limit.name
    if limit.is_tenant_scoped:
        request.is_tenant_scoped = True
    return request


def task_rate_limit(limit: RateLimit) -> v1.CreateTaskRateLimit:
    """Units that a start consumes. The engine evaluates all of it as CEL once a limit expression is there."""
    request = v1.CreateTaskRateLimit(
        key=limit.static_key or limit.dynamic_key or "",
        limit_values_expr=STORED_LIMIT if limit.limit is None else str(limit.limit),
        duration=v1.RateLimitDuration.Value(limit.duration.value),
    )
    if limit.dynamic_key is not None:
        request.key_expr = limit.dynamic_key
    if isinstance(limit.units, int):
        request.units = limit.units
    else:
        request.units_expr = limit.units
    return request

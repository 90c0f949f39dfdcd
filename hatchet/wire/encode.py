"""Values → messages."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

from google.protobuf.timestamp_pb2 import Timestamp

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
    DesiredWorkerLabel,
    IdempotencyConfig,
    RateLimit,
    RateLimitDuration,
    TTLBasedIdempotencyConfig,
    comparator_name,
)
from hatchet.wire.requests import TaskDefinition, Trigger, WorkflowDefinition
from hatchet.wire.values import (
    Assignment,
    Event,
    Outcome,
    OutcomeKind,
)
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc import workflows_pb2 as workflows
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from hatchet_api.grpc.v1.shared import condition_pb2 as conditions_pb
from hatchet_api.grpc.v1.shared import trigger_pb2 as shared

RunSubscription = dispatcher.SubscribeToWorkflowRunsRequest
RunEvent = dispatcher.WorkflowRunEvent
BatchItem = dispatcher.BatchActionEventItem
RunEventsQuestion = dispatcher.SubscribeToWorkflowEventsRequest

STORED_LIMIT = "-1"  # "use the limit that was put", in the place where the engine expects an expression

MILLISECOND = timedelta(milliseconds=1)

_ACTIONS = {
    ConditionAction.WAIT_FOR: conditions_pb.QUEUE,
    ConditionAction.SKIP_IF: conditions_pb.SKIP,
    ConditionAction.CANCEL_IF: conditions_pb.CANCEL,
}

_EVENT_TYPES = {
    OutcomeKind.STARTED: dispatcher.STEP_EVENT_TYPE_STARTED,
    OutcomeKind.COMPLETED: dispatcher.STEP_EVENT_TYPE_COMPLETED,
    OutcomeKind.FAILED: dispatcher.STEP_EVENT_TYPE_FAILED,
}


def now() -> Timestamp:
    """The time, as messages carry it."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return Timestamp(seconds=seconds, nanos=nanoseconds)


def timestamp(moment: datetime) -> Timestamp:
    """A moment, as messages carry it."""
    message = Timestamp()
    message.FromDatetime(moment.astimezone(timezone.utc))
    return message


# -- workers


def registration(
    name: str, actions: Sequence[str], slots: Mapping[str, int], labels: Mapping[str, str | int], version: str
) -> dispatcher.WorkerRegisterRequest:
    """A worker that introduces itself."""
    return dispatcher.WorkerRegisterRequest(
        worker_name=name,
        actions=actions,
        services=["default"],
        slot_config=slots,
        labels=worker_labels(labels),
        runtime_info=dispatcher.RuntimeInfo(
            sdk_version=version,
            language=dispatcher.PYTHON,
            language_version=platform.python_version(),
            os=platform.system().lower(),
        ),
    )


def worker_labels(labels: Mapping[str, str | int]) -> dict[str, dispatcher.WorkerLabels]:
    """Labels of a worker; numbers can be compared by size, everything else is text."""
    return {
        key: dispatcher.WorkerLabels(int_value=value)
        # bool is an int to Python, but nobody who writes True means the number 1
        if isinstance(value, int) and not isinstance(value, bool)
        else dispatcher.WorkerLabels(str_value=str(value))
        for key, value in labels.items()
    }


def listen(worker_id: str) -> dispatcher.WorkerListenRequest:
    """Ask for assignments."""
    return dispatcher.WorkerListenRequest(worker_id=worker_id)


def heartbeat(worker_id: str) -> dispatcher.HeartbeatRequest:
    """A sign of life."""
    return dispatcher.HeartbeatRequest(worker_id=worker_id, heartbeat_at=now())


def unsubscribe(worker_id: str) -> dispatcher.WorkerUnsubscribeRequest:
    """A worker's farewell."""
    return dispatcher.WorkerUnsubscribeRequest(worker_id=worker_id)


def version_request() -> dispatcher.GetVersionRequest:
    """Ask for the engine's version."""
    return dispatcher.GetVersionRequest()


def outcome(assignment: Assignment, worker_id: str, result: Outcome) -> dispatcher.StepActionEvent:
    """What became of an attempt."""
    message = dispatcher.StepActionEvent(
        worker_id=worker_id,
        job_id=assignment.task_id,
        job_run_id=assignment.task_run_id,
        task_id=assignment.task_id,
        task_run_external_id=assignment.task_run_id,
        action_id=assignment.action_id,
        event_timestamp=now(),
        event_type=_EVENT_TYPES[result.kind],
        event_payload=result.payload.decode(),
        retry_count=assignment.retry_count,
        should_not_retry=result.should_not_retry,
    )
    if result.retry_after_ms is not None:
        message.retry_after_ms = result.retry_after_ms
    return message


def batch_item(run_id: str, result: Outcome) -> dispatcher.BatchActionEventItem:
    """What became of one run of a batch. Without a retry count, which the engine then takes from its own record."""
    message = dispatcher.BatchActionEventItem(
        task_run_external_id=run_id, event_payload=result.payload.decode(), should_not_retry=result.should_not_retry
    )
    if result.retry_after_ms is not None:
        message.retry_after_ms = result.retry_after_ms
    return message


def batch_outcome(
    assignment: Assignment, worker_id: str, kind: OutcomeKind, items: Sequence[dispatcher.BatchActionEventItem]
) -> dispatcher.BatchActionEvent:
    """What became of some runs of a batch, all of them alike."""
    return dispatcher.BatchActionEvent(
        worker_id=worker_id,
        job_id=assignment.task_id,
        action_id=assignment.action_id,
        batch_id=None if assignment.batch is None else assignment.batch.id,
        event_timestamp=now(),
        event_type=_EVENT_TYPES[kind],
        items=items,
    )


def refresh_timeout(task_run_id: str, by: str) -> dispatcher.RefreshTimeoutRequest:
    """Ask for more time."""
    return dispatcher.RefreshTimeoutRequest(task_run_external_id=task_run_id, increment_timeout_by=by)


def release_slot(task_run_id: str) -> dispatcher.ReleaseSlotRequest:
    """Give the slot back while the task goes on."""
    return dispatcher.ReleaseSlotRequest(task_run_external_id=task_run_id)


def log_line(task_run_id: str, retry_count: int, moment: datetime, level: str, message: str) -> events.PutLogRequest:
    """One line of a task's log."""
    return events.PutLogRequest(
        task_run_external_id=task_run_id,
        created_at=timestamp(moment),
        message=message,
        level=level,
        task_retry_count=retry_count,
    )


def stream_chunk(task_run_id: str, index: int, data: bytes) -> events.PutStreamEventRequest:
    """One chunk of a task's stream."""
    return events.PutStreamEventRequest(
        task_run_external_id=task_run_id, created_at=now(), message=data, event_index=index
    )


# -- triggers and results


def trigger(run: Trigger) -> shared.TriggerWorkflowRequest:
    """One run to start; options that were not given stay absent."""
    options = run.options
    request = shared.TriggerWorkflowRequest(
        name=run.workflow,
        input=run.input.decode(),
        additional_metadata=dump_mapping(options.additional_metadata, "additional_metadata"),
        desired_worker_labels=desired_labels(label_map(options.desired_worker_labels)),
    )
    if run.parent_run_id is not None and run.parent_task_run_id is not None and run.child_index is not None:
        request.parent_id = run.parent_run_id
        request.parent_task_run_external_id = run.parent_task_run_id
        request.child_index = run.child_index
    if options.child_key is not None:
        request.child_key = options.child_key
    if options.desired_worker_id is not None:
        request.desired_worker_id = options.desired_worker_id
    if options.priority is not None:
        request.priority = int(options.priority)
    return request


def schedule(run: Trigger, moment: datetime) -> workflows.ScheduleWorkflowRequest:
    """One run that starts later."""
    options = run.options
    request = workflows.ScheduleWorkflowRequest(
        name=run.workflow,
        schedules=[timestamp(moment)],
        input=run.input.decode(),
        additional_metadata=dump_mapping(options.additional_metadata, "additional_metadata"),
    )
    if run.parent_run_id is not None and run.parent_task_run_id is not None and run.child_index is not None:
        request.parent_id = run.parent_run_id
        request.parent_task_run_external_id = run.parent_task_run_id
        request.child_index = run.child_index
    if options.child_key is not None:
        request.child_key = options.child_key
    if options.priority is not None:
        request.priority = int(options.priority)
    return request


def bulk_trigger(requests: Sequence[shared.TriggerWorkflowRequest]) -> workflows.BulkTriggerWorkflowRequest:
    """Several runs in one message."""
    return workflows.BulkTriggerWorkflowRequest(workflows=requests)


def subscription(run_id: str) -> dispatcher.SubscribeToWorkflowRunsRequest:
    """Ask for a run's result."""
    return dispatcher.SubscribeToWorkflowRunsRequest(workflow_run_id=run_id)


def run_details(run_id: str) -> v1.GetRunDetailsRequest:
    """Ask for a run as it stands."""
    return v1.GetRunDetailsRequest(external_id=run_id)


def cancel(run_ids: Sequence[str]) -> v1.CancelTasksRequest:
    """Cancel runs or task runs."""
    return v1.CancelTasksRequest(external_ids=run_ids)


def replay(run_ids: Sequence[str]) -> v1.ReplayTasksRequest:
    """Run runs or task runs again."""
    return v1.ReplayTasksRequest(external_ids=run_ids)


def event(pushed: Event) -> events.PushEventRequest:
    """An event."""
    request = events.PushEventRequest(
        key=pushed.key,
        payload=pushed.payload.decode(),
        event_timestamp=now(),
        additional_metadata=dump_mapping(pushed.additional_metadata, "additional_metadata"),
    )
    if pushed.priority is not None:
        request.priority = pushed.priority
    if pushed.scope is not None:
        request.scope = pushed.scope
    return request


def bulk_event(requests: Sequence[events.PushEventRequest]) -> events.BulkPushEventRequest:
    """Several events in one message."""
    return events.BulkPushEventRequest(events=requests)


def rate_limit(key: str, limit: int, duration: RateLimitDuration) -> workflows.PutRateLimitRequest:
    """A limit to create or change."""
    return workflows.PutRateLimitRequest(
        key=key, limit=limit, duration=workflows.RateLimitDuration.Value(duration.value)
    )


def rate_limit_pause(key: str, until: datetime) -> workflows.PauseRateLimitRequest:
    """A limit to pause."""
    return workflows.PauseRateLimitRequest(key=key, paused_until=timestamp(until))


def label_upsert(worker_id: str, labels: Mapping[str, str | int]) -> dispatcher.UpsertWorkerLabelsRequest:
    """Labels that a worker gets besides those it has."""
    return dispatcher.UpsertWorkerLabelsRequest(worker_id=worker_id, labels=worker_labels(labels))


def run_events(run_id: str) -> dispatcher.SubscribeToWorkflowEventsRequest:
    """Ask for what happens in a run."""
    return dispatcher.SubscribeToWorkflowEventsRequest(workflow_run_id=run_id)


def metadata_events(key: str, value: str) -> dispatcher.SubscribeToWorkflowEventsRequest:
    """Ask for what happens in all runs whose metadata has this pair."""
    return dispatcher.SubscribeToWorkflowEventsRequest(additional_meta_key=key, additional_meta_value=value)


# -- definitions


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
        request.conditions.CopyFrom(task_conditions(definition.conditions))
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


def task_conditions(conditions: Sequence[PlacedCondition]) -> conditions_pb.TaskConditions:
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
    return message


def user_event_condition(
    base: conditions_pb.BaseMatchCondition, condition: UserEventCondition
) -> conditions_pb.UserEventMatchCondition:
    """A condition that an event satisfies."""
    base.expression = condition.expression or ""
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


def desired_labels(labels: Mapping[str, DesiredWorkerLabel]) -> dict[str, shared.DesiredWorkerLabels]:
    """Labels that a task wants of its worker."""
    encoded: dict[str, shared.DesiredWorkerLabels] = {}
    for key, label in labels.items():
        message = shared.DesiredWorkerLabels(required=label.required)
        if isinstance(label.value, int) and not isinstance(label.value, bool):
            message.int_value = label.value
        else:
            message.str_value = str(label.value)
        if label.comparator is not None:
            message.comparator = shared.WorkerLabelComparator.Value(comparator_name(label.comparator))
        if label.weight is not None:
            message.weight = label.weight
        encoded[key] = message
    return encoded

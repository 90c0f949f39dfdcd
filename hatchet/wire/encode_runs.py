"""What starts runs and asks about them, events and limits, as messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hatchet.options.payload import dump_mapping
from hatchet.options.specs import label_map
from hatchet.options.values import RateLimitDuration
from hatchet.wire.encode_parts import desired_labels, now, timestamp
from hatchet.wire.requests import Trigger
from hatchet.wire.values import Event
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc import workflows_pb2 as workflows
from hatchet_api.grpc.v1 import streams_pb2 as streams
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from hatchet_api.grpc.v1.shared import trigger_pb2 as shared

RunSubscription = dispatcher.SubscribeToWorkflowRunsRequest
RunEvent = dispatcher.WorkflowRunEvent
RunEventsQuestion = dispatcher.SubscribeToWorkflowEventsRequest


def topic_message(
    namespace: str, topic: str, payload: bytes, producer: str, number: int, ref: str = ""
) -> streams.PublishStreamMessageRequest:
    """One message for a topic; with a `ref` what it holds was uploaded."""
    return streams.PublishStreamMessageRequest(
        namespace=namespace,
        topic=topic,
        payload=payload,
        producer_id=producer,
        producer_seq=number,
        payload_ref=ref,
    )


def topic_question(namespace: str, topic: str, cursor: str | None) -> streams.SubscribeStreamRequest:
    """Which topic to read, and from where."""
    return streams.SubscribeStreamRequest(namespace=namespace, topic=topic, cursor=cursor)


def trigger(run: Trigger) -> shared.TriggerWorkflowRequest:
    """One run to start; options that were not given stay absent."""
    options = run.options
    request = shared.TriggerWorkflowRequest(
        name=run.workflow,
        input=run.input.decode(),
        additional_metadata=dump_mapping(options.additional_metadata, "additional_metadata"),
        desired_worker_labels=desired_labels(label_map(options.desired_worker_labels)),
    )
    if options.desired_worker_id is not None:
        request.desired_worker_id = str(options.desired_worker_id)
    _place(request, run)
    return request


def _place(request: shared.TriggerWorkflowRequest | workflows.ScheduleWorkflowRequest, run: Trigger) -> None:
    """Whose child a run is, and how urgent."""
    if run.parent_run_id is not None and run.parent_task_run_id is not None and run.child_index is not None:
        request.parent_id = run.parent_run_id
        request.parent_task_run_external_id = run.parent_task_run_id
        request.child_index = run.child_index
    if run.options.child_key is not None:
        request.child_key = run.options.child_key
    if run.options.priority is not None:
        request.priority = int(run.options.priority)


def schedule(run: Trigger, moment: datetime) -> workflows.ScheduleWorkflowRequest:
    """One run that starts later."""
    request = workflows.ScheduleWorkflowRequest(
        name=run.workflow,
        schedules=[timestamp(moment)],
        input=run.input.decode(),
        additional_metadata=dump_mapping(run.options.additional_metadata, "additional_metadata"),
    )
    _place(request, run)
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


def run_events(run_id: str) -> dispatcher.SubscribeToWorkflowEventsRequest:
    """Ask for what happens in a run."""
    return dispatcher.SubscribeToWorkflowEventsRequest(workflow_run_id=run_id)


def metadata_events(key: str, value: str) -> dispatcher.SubscribeToWorkflowEventsRequest:
    """Ask for what happens in all runs whose metadata has this pair."""
    return dispatcher.SubscribeToWorkflowEventsRequest(additional_meta_key=key, additional_meta_value=value)

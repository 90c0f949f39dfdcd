# Generated from specs/ by `python -m codegen`; do not edit.
"""Messages inside `google.protobuf.Any`, which carries the name that the engine knows a message by."""

from __future__ import annotations

from typing import Final, TypeVar

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message

_M = TypeVar("_M", bound=Message)

ORIGINAL_NAMES: Final[dict[str, str]] = {
    "hatchet_api.grpc.ActionEventResponse": "ActionEventResponse",
    "hatchet_api.grpc.AssignedAction": "AssignedAction",
    "hatchet_api.grpc.BatchActionEvent": "BatchActionEvent",
    "hatchet_api.grpc.BatchActionEventItem": "BatchActionEventItem",
    "hatchet_api.grpc.BatchStartPayload": "BatchStartPayload",
    "hatchet_api.grpc.BulkPushEventRequest": "BulkPushEventRequest",
    "hatchet_api.grpc.BulkTriggerWorkflowRequest": "BulkTriggerWorkflowRequest",
    "hatchet_api.grpc.BulkTriggerWorkflowResponse": "BulkTriggerWorkflowResponse",
    "hatchet_api.grpc.CreateStepRateLimit": "CreateStepRateLimit",
    "hatchet_api.grpc.CreateWorkflowJobOpts": "CreateWorkflowJobOpts",
    "hatchet_api.grpc.CreateWorkflowStepOpts": "CreateWorkflowStepOpts",
    "hatchet_api.grpc.CreateWorkflowVersionOpts": "CreateWorkflowVersionOpts",
    "hatchet_api.grpc.Event": "Event",
    "hatchet_api.grpc.Events": "Events",
    "hatchet_api.grpc.GetVersionRequest": "GetVersionRequest",
    "hatchet_api.grpc.GetVersionResponse": "GetVersionResponse",
    "hatchet_api.grpc.GroupKeyActionEvent": "GroupKeyActionEvent",
    "hatchet_api.grpc.HeartbeatRequest": "HeartbeatRequest",
    "hatchet_api.grpc.HeartbeatResponse": "HeartbeatResponse",
    "hatchet_api.grpc.ListWorkflowsRequest": "ListWorkflowsRequest",
    "hatchet_api.grpc.OverridesData": "OverridesData",
    "hatchet_api.grpc.OverridesDataResponse": "OverridesDataResponse",
    "hatchet_api.grpc.PauseRateLimitRequest": "PauseRateLimitRequest",
    "hatchet_api.grpc.PauseRateLimitResponse": "PauseRateLimitResponse",
    "hatchet_api.grpc.PushEventRequest": "PushEventRequest",
    "hatchet_api.grpc.PutLogRequest": "PutLogRequest",
    "hatchet_api.grpc.PutLogResponse": "PutLogResponse",
    "hatchet_api.grpc.PutRateLimitRequest": "PutRateLimitRequest",
    "hatchet_api.grpc.PutRateLimitResponse": "PutRateLimitResponse",
    "hatchet_api.grpc.PutStreamEventRequest": "PutStreamEventRequest",
    "hatchet_api.grpc.PutStreamEventResponse": "PutStreamEventResponse",
    "hatchet_api.grpc.PutWorkflowRequest": "PutWorkflowRequest",
    "hatchet_api.grpc.RefreshTimeoutRequest": "RefreshTimeoutRequest",
    "hatchet_api.grpc.RefreshTimeoutResponse": "RefreshTimeoutResponse",
    "hatchet_api.grpc.ReleaseSlotRequest": "ReleaseSlotRequest",
    "hatchet_api.grpc.ReleaseSlotResponse": "ReleaseSlotResponse",
    "hatchet_api.grpc.ReplayEventRequest": "ReplayEventRequest",
    "hatchet_api.grpc.RestoreEvictedTaskRequest": "RestoreEvictedTaskRequest",
    "hatchet_api.grpc.RestoreEvictedTaskResponse": "RestoreEvictedTaskResponse",
    "hatchet_api.grpc.RuntimeInfo": "RuntimeInfo",
    "hatchet_api.grpc.ScheduleWorkflowRequest": "ScheduleWorkflowRequest",
    "hatchet_api.grpc.ScheduledWorkflow": "ScheduledWorkflow",
    "hatchet_api.grpc.StepActionEvent": "StepActionEvent",
    "hatchet_api.grpc.StepRunResult": "StepRunResult",
    "hatchet_api.grpc.SubscribeToWorkflowEventsRequest": "SubscribeToWorkflowEventsRequest",
    "hatchet_api.grpc.SubscribeToWorkflowRunsRequest": "SubscribeToWorkflowRunsRequest",
    "hatchet_api.grpc.TriggerWorkflowResponse": "TriggerWorkflowResponse",
    "hatchet_api.grpc.UpsertWorkerLabelsRequest": "UpsertWorkerLabelsRequest",
    "hatchet_api.grpc.UpsertWorkerLabelsResponse": "UpsertWorkerLabelsResponse",
    "hatchet_api.grpc.WorkerLabels": "WorkerLabels",
    "hatchet_api.grpc.WorkerListenRequest": "WorkerListenRequest",
    "hatchet_api.grpc.WorkerRegisterRequest": "WorkerRegisterRequest",
    "hatchet_api.grpc.WorkerRegisterResponse": "WorkerRegisterResponse",
    "hatchet_api.grpc.WorkerUnsubscribeRequest": "WorkerUnsubscribeRequest",
    "hatchet_api.grpc.WorkerUnsubscribeResponse": "WorkerUnsubscribeResponse",
    "hatchet_api.grpc.WorkflowConcurrencyOpts": "WorkflowConcurrencyOpts",
    "hatchet_api.grpc.WorkflowEvent": "WorkflowEvent",
    "hatchet_api.grpc.WorkflowRunEvent": "WorkflowRunEvent",
    "hatchet_api.grpc.WorkflowTriggerCronRef": "WorkflowTriggerCronRef",
    "hatchet_api.grpc.WorkflowTriggerEventRef": "WorkflowTriggerEventRef",
    "hatchet_api.grpc.WorkflowVersion": "WorkflowVersion",
    "hatchet_api.grpc.v1.BaseMatchCondition": "v1.BaseMatchCondition",
    "hatchet_api.grpc.v1.BranchDurableTaskRequest": "v1.BranchDurableTaskRequest",
    "hatchet_api.grpc.v1.BranchDurableTaskResponse": "v1.BranchDurableTaskResponse",
    "hatchet_api.grpc.v1.BulkTriggerIdempotencyCollisionError": "v1.BulkTriggerIdempotencyCollisionError",
    "hatchet_api.grpc.v1.CancelTasksRequest": "v1.CancelTasksRequest",
    "hatchet_api.grpc.v1.CancelTasksResponse": "v1.CancelTasksResponse",
    "hatchet_api.grpc.v1.Concurrency": "v1.Concurrency",
    "hatchet_api.grpc.v1.CreateTaskOpts": "v1.CreateTaskOpts",
    "hatchet_api.grpc.v1.CreateTaskRateLimit": "v1.CreateTaskRateLimit",
    "hatchet_api.grpc.v1.CreateWorkflowVersionRequest": "v1.CreateWorkflowVersionRequest",
    "hatchet_api.grpc.v1.CreateWorkflowVersionResponse": "v1.CreateWorkflowVersionResponse",
    "hatchet_api.grpc.v1.DefaultFilter": "v1.DefaultFilter",
    "hatchet_api.grpc.v1.DesiredWorkerLabels": "v1.DesiredWorkerLabels",
    "hatchet_api.grpc.v1.DurableEvent": "v1.DurableEvent",
    "hatchet_api.grpc.v1.DurableEventListenerConditions": "v1.DurableEventListenerConditions",
    "hatchet_api.grpc.v1.DurableEventLogEntryRef": "v1.DurableEventLogEntryRef",
    "hatchet_api.grpc.v1.DurableTaskAwaitedCompletedEntry": "v1.DurableTaskAwaitedCompletedEntry",
    "hatchet_api.grpc.v1.DurableTaskCompleteMemoRequest": "v1.DurableTaskCompleteMemoRequest",
    "hatchet_api.grpc.v1.DurableTaskErrorResponse": "v1.DurableTaskErrorResponse",
    "hatchet_api.grpc.v1.DurableTaskEventLogEntryCompletedResponse": "v1.DurableTaskEventLogEntryCompletedResponse",
    "hatchet_api.grpc.v1.DurableTaskEventMemoAckResponse": "v1.DurableTaskEventMemoAckResponse",
    "hatchet_api.grpc.v1.DurableTaskEventTriggerRunsAckResponse": "v1.DurableTaskEventTriggerRunsAckResponse",
    "hatchet_api.grpc.v1.DurableTaskEventWaitForAckResponse": "v1.DurableTaskEventWaitForAckResponse",
    "hatchet_api.grpc.v1.DurableTaskEvictInvocationRequest": "v1.DurableTaskEvictInvocationRequest",
    "hatchet_api.grpc.v1.DurableTaskEvictionAckResponse": "v1.DurableTaskEvictionAckResponse",
    "hatchet_api.grpc.v1.DurableTaskMemoRequest": "v1.DurableTaskMemoRequest",
    "hatchet_api.grpc.v1.DurableTaskReceivedSatisfiedOrder": "v1.DurableTaskReceivedSatisfiedOrder",
    "hatchet_api.grpc.v1.DurableTaskRequest": "v1.DurableTaskRequest",
    "hatchet_api.grpc.v1.DurableTaskRequestRegisterWorker": "v1.DurableTaskRequestRegisterWorker",
    "hatchet_api.grpc.v1.DurableTaskResponse": "v1.DurableTaskResponse",
    "hatchet_api.grpc.v1.DurableTaskResponseRegisterWorker": "v1.DurableTaskResponseRegisterWorker",
    "hatchet_api.grpc.v1.DurableTaskRunAckEntry": "v1.DurableTaskRunAckEntry",
    "hatchet_api.grpc.v1.DurableTaskServerEvictNotice": "v1.DurableTaskServerEvictNotice",
    "hatchet_api.grpc.v1.DurableTaskTriggerRunsRequest": "v1.DurableTaskTriggerRunsRequest",
    "hatchet_api.grpc.v1.DurableTaskWaitForRequest": "v1.DurableTaskWaitForRequest",
    "hatchet_api.grpc.v1.DurableTaskWorkerStatusRequest": "v1.DurableTaskWorkerStatusRequest",
    "hatchet_api.grpc.v1.GetRunDetailsRequest": "v1.GetRunDetailsRequest",
    "hatchet_api.grpc.v1.GetRunDetailsResponse": "v1.GetRunDetailsResponse",
    "hatchet_api.grpc.v1.IdempotencyCollisionError": "v1.IdempotencyCollisionError",
    "hatchet_api.grpc.v1.IdempotencyConfig": "v1.IdempotencyConfig",
    "hatchet_api.grpc.v1.ListenForDurableEventRequest": "v1.ListenForDurableEventRequest",
    "hatchet_api.grpc.v1.ParentOverrideMatchCondition": "v1.ParentOverrideMatchCondition",
    "hatchet_api.grpc.v1.PublishStreamMessageRequest": "v1.PublishStreamMessageRequest",
    "hatchet_api.grpc.v1.PublishStreamMessageResponse": "v1.PublishStreamMessageResponse",
    "hatchet_api.grpc.v1.RegisterDurableEventRequest": "v1.RegisterDurableEventRequest",
    "hatchet_api.grpc.v1.RegisterDurableEventResponse": "v1.RegisterDurableEventResponse",
    "hatchet_api.grpc.v1.ReplayTasksRequest": "v1.ReplayTasksRequest",
    "hatchet_api.grpc.v1.ReplayTasksResponse": "v1.ReplayTasksResponse",
    "hatchet_api.grpc.v1.SleepMatchCondition": "v1.SleepMatchCondition",
    "hatchet_api.grpc.v1.StreamEntry": "v1.StreamEntry",
    "hatchet_api.grpc.v1.StreamMessage": "v1.StreamMessage",
    "hatchet_api.grpc.v1.SubscribeStreamRequest": "v1.SubscribeStreamRequest",
    "hatchet_api.grpc.v1.TaskBatchConfig": "v1.TaskBatchConfig",
    "hatchet_api.grpc.v1.TaskConditions": "v1.TaskConditions",
    "hatchet_api.grpc.v1.TaskRunDetail": "v1.TaskRunDetail",
    "hatchet_api.grpc.v1.TasksFilter": "v1.TasksFilter",
    "hatchet_api.grpc.v1.TriggerWorkflowRequest": "v1.TriggerWorkflowRequest",
    "hatchet_api.grpc.v1.TriggerWorkflowRunRequest": "v1.TriggerWorkflowRunRequest",
    "hatchet_api.grpc.v1.TriggerWorkflowRunResponse": "v1.TriggerWorkflowRunResponse",
    "hatchet_api.grpc.v1.UserEventMatchCondition": "v1.UserEventMatchCondition",
}
"""Full name of a message here → its full name in the engine's own descriptors."""

_TYPE_URL_PREFIX = "type.googleapis.com/"


def original_name(message_type: type[Message]) -> str:
    """The full name the engine gives to a message type; one that is not the engine's keeps its own."""
    name = message_type.DESCRIPTOR.full_name
    return ORIGINAL_NAMES.get(name, name)


def pack(message: Message) -> AnyMessage:
    """Wrap a message under the engine's name for it, so that any client of the engine can unwrap it."""
    return AnyMessage(type_url=_TYPE_URL_PREFIX + original_name(type(message)), value=message.SerializeToString())


def unpack(packed: AnyMessage, message_type: type[_M]) -> _M | None:
    """The wrapped message if it is of this type, else None; bytes that do not parse raise `DecodeError`."""
    if packed.type_url.rpartition("/")[2] != original_name(message_type):
        return None
    return message_type.FromString(packed.value)

# Generated from specs/ by `python -m codegen`; do not edit.
"""Client stub and servicer protocol of the engine's `Dispatcher` service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final, Protocol

import grpc
import grpc.aio

from hatchet_api.grpc import dispatcher_pb2

SERVICE: Final = "Dispatcher"
"""Full name of the service on the wire."""


class DispatcherStub:
    """The service `Dispatcher` of the engine."""

    register: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.WorkerRegisterRequest, dispatcher_pb2.WorkerRegisterResponse
    ]
    """Call `/Dispatcher/Register`."""

    listen: grpc.aio.UnaryStreamMultiCallable[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction]
    """Call `/Dispatcher/Listen`."""

    listen_v2: grpc.aio.UnaryStreamMultiCallable[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction]
    """Call `/Dispatcher/ListenV2`."""

    heartbeat: grpc.aio.UnaryUnaryMultiCallable[dispatcher_pb2.HeartbeatRequest, dispatcher_pb2.HeartbeatResponse]
    """Call `/Dispatcher/Heartbeat`."""

    subscribe_to_workflow_events: grpc.aio.UnaryStreamMultiCallable[
        dispatcher_pb2.SubscribeToWorkflowEventsRequest, dispatcher_pb2.WorkflowEvent
    ]
    """Call `/Dispatcher/SubscribeToWorkflowEvents`."""

    subscribe_to_workflow_runs: grpc.aio.StreamStreamMultiCallable[
        dispatcher_pb2.SubscribeToWorkflowRunsRequest, dispatcher_pb2.WorkflowRunEvent
    ]
    """Call `/Dispatcher/SubscribeToWorkflowRuns`."""

    send_step_action_event: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.StepActionEvent, dispatcher_pb2.ActionEventResponse
    ]
    """Call `/Dispatcher/SendStepActionEvent`."""

    send_batch_action_event: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.BatchActionEvent, dispatcher_pb2.ActionEventResponse
    ]
    """Call `/Dispatcher/SendBatchActionEvent`."""

    send_group_key_action_event: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.GroupKeyActionEvent, dispatcher_pb2.ActionEventResponse
    ]
    """Call `/Dispatcher/SendGroupKeyActionEvent`."""

    put_overrides_data: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.OverridesData, dispatcher_pb2.OverridesDataResponse
    ]
    """Call `/Dispatcher/PutOverridesData`."""

    unsubscribe: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.WorkerUnsubscribeRequest, dispatcher_pb2.WorkerUnsubscribeResponse
    ]
    """Call `/Dispatcher/Unsubscribe`."""

    refresh_timeout: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.RefreshTimeoutRequest, dispatcher_pb2.RefreshTimeoutResponse
    ]
    """Call `/Dispatcher/RefreshTimeout`."""

    release_slot: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.ReleaseSlotRequest, dispatcher_pb2.ReleaseSlotResponse
    ]
    """Call `/Dispatcher/ReleaseSlot`."""

    restore_evicted_task: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.RestoreEvictedTaskRequest, dispatcher_pb2.RestoreEvictedTaskResponse
    ]
    """Call `/Dispatcher/RestoreEvictedTask`."""

    upsert_worker_labels: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.UpsertWorkerLabelsRequest, dispatcher_pb2.UpsertWorkerLabelsResponse
    ]
    """Call `/Dispatcher/UpsertWorkerLabels`."""

    get_version: grpc.aio.UnaryUnaryMultiCallable[dispatcher_pb2.GetVersionRequest, dispatcher_pb2.GetVersionResponse]
    """Call `/Dispatcher/GetVersion`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        """Bind every method to a channel, which stays the caller's to close."""
        self.register = channel.unary_unary(
            "/Dispatcher/Register",
            request_serializer=dispatcher_pb2.WorkerRegisterRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.WorkerRegisterResponse.FromString,
        )
        self.listen = channel.unary_stream(
            "/Dispatcher/Listen",
            request_serializer=dispatcher_pb2.WorkerListenRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.AssignedAction.FromString,
        )
        self.listen_v2 = channel.unary_stream(
            "/Dispatcher/ListenV2",
            request_serializer=dispatcher_pb2.WorkerListenRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.AssignedAction.FromString,
        )
        self.heartbeat = channel.unary_unary(
            "/Dispatcher/Heartbeat",
            request_serializer=dispatcher_pb2.HeartbeatRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.HeartbeatResponse.FromString,
        )
        self.subscribe_to_workflow_events = channel.unary_stream(
            "/Dispatcher/SubscribeToWorkflowEvents",
            request_serializer=dispatcher_pb2.SubscribeToWorkflowEventsRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.WorkflowEvent.FromString,
        )
        self.subscribe_to_workflow_runs = channel.stream_stream(
            "/Dispatcher/SubscribeToWorkflowRuns",
            request_serializer=dispatcher_pb2.SubscribeToWorkflowRunsRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.WorkflowRunEvent.FromString,
        )
        self.send_step_action_event = channel.unary_unary(
            "/Dispatcher/SendStepActionEvent",
            request_serializer=dispatcher_pb2.StepActionEvent.SerializeToString,
            response_deserializer=dispatcher_pb2.ActionEventResponse.FromString,
        )
        self.send_batch_action_event = channel.unary_unary(
            "/Dispatcher/SendBatchActionEvent",
            request_serializer=dispatcher_pb2.BatchActionEvent.SerializeToString,
            response_deserializer=dispatcher_pb2.ActionEventResponse.FromString,
        )
        self.send_group_key_action_event = channel.unary_unary(
            "/Dispatcher/SendGroupKeyActionEvent",
            request_serializer=dispatcher_pb2.GroupKeyActionEvent.SerializeToString,
            response_deserializer=dispatcher_pb2.ActionEventResponse.FromString,
        )
        self.put_overrides_data = channel.unary_unary(
            "/Dispatcher/PutOverridesData",
            request_serializer=dispatcher_pb2.OverridesData.SerializeToString,
            response_deserializer=dispatcher_pb2.OverridesDataResponse.FromString,
        )
        self.unsubscribe = channel.unary_unary(
            "/Dispatcher/Unsubscribe",
            request_serializer=dispatcher_pb2.WorkerUnsubscribeRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.WorkerUnsubscribeResponse.FromString,
        )
        self.refresh_timeout = channel.unary_unary(
            "/Dispatcher/RefreshTimeout",
            request_serializer=dispatcher_pb2.RefreshTimeoutRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.RefreshTimeoutResponse.FromString,
        )
        self.release_slot = channel.unary_unary(
            "/Dispatcher/ReleaseSlot",
            request_serializer=dispatcher_pb2.ReleaseSlotRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.ReleaseSlotResponse.FromString,
        )
        self.restore_evicted_task = channel.unary_unary(
            "/Dispatcher/RestoreEvictedTask",
            request_serializer=dispatcher_pb2.RestoreEvictedTaskRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.RestoreEvictedTaskResponse.FromString,
        )
        self.upsert_worker_labels = channel.unary_unary(
            "/Dispatcher/UpsertWorkerLabels",
            request_serializer=dispatcher_pb2.UpsertWorkerLabelsRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.UpsertWorkerLabelsResponse.FromString,
        )
        self.get_version = channel.unary_unary(
            "/Dispatcher/GetVersion",
            request_serializer=dispatcher_pb2.GetVersionRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.GetVersionResponse.FromString,
        )


class DispatcherServicer(Protocol):
    """The service `Dispatcher` of the engine."""

    async def register(
        self,
        request: dispatcher_pb2.WorkerRegisterRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.WorkerRegisterRequest, dispatcher_pb2.WorkerRegisterResponse],
    ) -> dispatcher_pb2.WorkerRegisterResponse:
        """Call `/Dispatcher/Register`."""
        ...

    def listen(
        self,
        request: dispatcher_pb2.WorkerListenRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction],
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Call `/Dispatcher/Listen`."""
        ...

    def listen_v2(
        self,
        request: dispatcher_pb2.WorkerListenRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction],
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Call `/Dispatcher/ListenV2`."""
        ...

    async def heartbeat(
        self,
        request: dispatcher_pb2.HeartbeatRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.HeartbeatRequest, dispatcher_pb2.HeartbeatResponse],
    ) -> dispatcher_pb2.HeartbeatResponse:
        """Call `/Dispatcher/Heartbeat`."""
        ...

    def subscribe_to_workflow_events(
        self,
        request: dispatcher_pb2.SubscribeToWorkflowEventsRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.SubscribeToWorkflowEventsRequest, dispatcher_pb2.WorkflowEvent
        ],
    ) -> AsyncIterator[dispatcher_pb2.WorkflowEvent]:
        """Call `/Dispatcher/SubscribeToWorkflowEvents`."""
        ...

    def subscribe_to_workflow_runs(
        self,
        requests: AsyncIterator[dispatcher_pb2.SubscribeToWorkflowRunsRequest],
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.SubscribeToWorkflowRunsRequest, dispatcher_pb2.WorkflowRunEvent
        ],
    ) -> AsyncIterator[dispatcher_pb2.WorkflowRunEvent]:
        """Call `/Dispatcher/SubscribeToWorkflowRuns`."""
        ...

    async def send_step_action_event(
        self,
        request: dispatcher_pb2.StepActionEvent,
        context: grpc.aio.ServicerContext[dispatcher_pb2.StepActionEvent, dispatcher_pb2.ActionEventResponse],
    ) -> dispatcher_pb2.ActionEventResponse:
        """Call `/Dispatcher/SendStepActionEvent`."""
        ...

    async def send_batch_action_event(
        self,
        request: dispatcher_pb2.BatchActionEvent,
        context: grpc.aio.ServicerContext[dispatcher_pb2.BatchActionEvent, dispatcher_pb2.ActionEventResponse],
    ) -> dispatcher_pb2.ActionEventResponse:
        """Call `/Dispatcher/SendBatchActionEvent`."""
        ...

    async def send_group_key_action_event(
        self,
        request: dispatcher_pb2.GroupKeyActionEvent,
        context: grpc.aio.ServicerContext[dispatcher_pb2.GroupKeyActionEvent, dispatcher_pb2.ActionEventResponse],
    ) -> dispatcher_pb2.ActionEventResponse:
        """Call `/Dispatcher/SendGroupKeyActionEvent`."""
        ...

    async def put_overrides_data(
        self,
        request: dispatcher_pb2.OverridesData,
        context: grpc.aio.ServicerContext[dispatcher_pb2.OverridesData, dispatcher_pb2.OverridesDataResponse],
    ) -> dispatcher_pb2.OverridesDataResponse:
        """Call `/Dispatcher/PutOverridesData`."""
        ...

    async def unsubscribe(
        self,
        request: dispatcher_pb2.WorkerUnsubscribeRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.WorkerUnsubscribeRequest, dispatcher_pb2.WorkerUnsubscribeResponse
        ],
    ) -> dispatcher_pb2.WorkerUnsubscribeResponse:
        """Call `/Dispatcher/Unsubscribe`."""
        ...

    async def refresh_timeout(
        self,
        request: dispatcher_pb2.RefreshTimeoutRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.RefreshTimeoutRequest, dispatcher_pb2.RefreshTimeoutResponse],
    ) -> dispatcher_pb2.RefreshTimeoutResponse:
        """Call `/Dispatcher/RefreshTimeout`."""
        ...

    async def release_slot(
        self,
        request: dispatcher_pb2.ReleaseSlotRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.ReleaseSlotRequest, dispatcher_pb2.ReleaseSlotResponse],
    ) -> dispatcher_pb2.ReleaseSlotResponse:
        """Call `/Dispatcher/ReleaseSlot`."""
        ...

    async def restore_evicted_task(
        self,
        request: dispatcher_pb2.RestoreEvictedTaskRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.RestoreEvictedTaskRequest, dispatcher_pb2.RestoreEvictedTaskResponse
        ],
    ) -> dispatcher_pb2.RestoreEvictedTaskResponse:
        """Call `/Dispatcher/RestoreEvictedTask`."""
        ...

    async def upsert_worker_labels(
        self,
        request: dispatcher_pb2.UpsertWorkerLabelsRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.UpsertWorkerLabelsRequest, dispatcher_pb2.UpsertWorkerLabelsResponse
        ],
    ) -> dispatcher_pb2.UpsertWorkerLabelsResponse:
        """Call `/Dispatcher/UpsertWorkerLabels`."""
        ...

    async def get_version(
        self,
        request: dispatcher_pb2.GetVersionRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.GetVersionRequest, dispatcher_pb2.GetVersionResponse],
    ) -> dispatcher_pb2.GetVersionResponse:
        """Call `/Dispatcher/GetVersion`."""
        ...


def add_dispatcher_servicer(server: grpc.aio.Server, servicer: DispatcherServicer) -> None:
    """Serve `Dispatcher` under the name that every client of the engine calls."""
    handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
        "Register": grpc.unary_unary_rpc_method_handler(
            servicer.register,
            request_deserializer=dispatcher_pb2.WorkerRegisterRequest.FromString,
            response_serializer=dispatcher_pb2.WorkerRegisterResponse.SerializeToString,
        ),
        "Listen": grpc.unary_stream_rpc_method_handler(
            servicer.listen,
            request_deserializer=dispatcher_pb2.WorkerListenRequest.FromString,
            response_serializer=dispatcher_pb2.AssignedAction.SerializeToString,
        ),
        "ListenV2": grpc.unary_stream_rpc_method_handler(
            servicer.listen_v2,
            request_deserializer=dispatcher_pb2.WorkerListenRequest.FromString,
            response_serializer=dispatcher_pb2.AssignedAction.SerializeToString,
        ),
        "Heartbeat": grpc.unary_unary_rpc_method_handler(
            servicer.heartbeat,
            request_deserializer=dispatcher_pb2.HeartbeatRequest.FromString,
            response_serializer=dispatcher_pb2.HeartbeatResponse.SerializeToString,
        ),
        "SubscribeToWorkflowEvents": grpc.unary_stream_rpc_method_handler(
            servicer.subscribe_to_workflow_events,
            request_deserializer=dispatcher_pb2.SubscribeToWorkflowEventsRequest.FromString,
            response_serializer=dispatcher_pb2.WorkflowEvent.SerializeToString,
        ),
        "SubscribeToWorkflowRuns": grpc.stream_stream_rpc_method_handler(
            servicer.subscribe_to_workflow_runs,
            request_deserializer=dispatcher_pb2.SubscribeToWorkflowRunsRequest.FromString,
            response_serializer=dispatcher_pb2.WorkflowRunEvent.SerializeToString,
        ),
        "SendStepActionEvent": grpc.unary_unary_rpc_method_handler(
            servicer.send_step_action_event,
            request_deserializer=dispatcher_pb2.StepActionEvent.FromString,
            response_serializer=dispatcher_pb2.ActionEventResponse.SerializeToString,
        ),
        "SendBatchActionEvent": grpc.unary_unary_rpc_method_handler(
            servicer.send_batch_action_event,
            request_deserializer=dispatcher_pb2.BatchActionEvent.FromString,
            response_serializer=dispatcher_pb2.ActionEventResponse.SerializeToString,
        ),
        "SendGroupKeyActionEvent": grpc.unary_unary_rpc_method_handler(
            servicer.send_group_key_action_event,
            request_deserializer=dispatcher_pb2.GroupKeyActionEvent.FromString,
            response_serializer=dispatcher_pb2.ActionEventResponse.SerializeToString,
        ),
        "PutOverridesData": grpc.unary_unary_rpc_method_handler(
            servicer.put_overrides_data,
            request_deserializer=dispatcher_pb2.OverridesData.FromString,
            response_serializer=dispatcher_pb2.OverridesDataResponse.SerializeToString,
        ),
        "Unsubscribe": grpc.unary_unary_rpc_method_handler(
            servicer.unsubscribe,
            request_deserializer=dispatcher_pb2.WorkerUnsubscribeRequest.FromString,
            response_serializer=dispatcher_pb2.WorkerUnsubscribeResponse.SerializeToString,
        ),
        "RefreshTimeout": grpc.unary_unary_rpc_method_handler(
            servicer.refresh_timeout,
            request_deserializer=dispatcher_pb2.RefreshTimeoutRequest.FromString,
            response_serializer=dispatcher_pb2.RefreshTimeoutResponse.SerializeToString,
        ),
        "ReleaseSlot": grpc.unary_unary_rpc_method_handler(
            servicer.release_slot,
            request_deserializer=dispatcher_pb2.ReleaseSlotRequest.FromString,
            response_serializer=dispatcher_pb2.ReleaseSlotResponse.SerializeToString,
        ),
        "RestoreEvictedTask": grpc.unary_unary_rpc_method_handler(
            servicer.restore_evicted_task,
            request_deserializer=dispatcher_pb2.RestoreEvictedTaskRequest.FromString,
            response_serializer=dispatcher_pb2.RestoreEvictedTaskResponse.SerializeToString,
        ),
        "UpsertWorkerLabels": grpc.unary_unary_rpc_method_handler(
            servicer.upsert_worker_labels,
            request_deserializer=dispatcher_pb2.UpsertWorkerLabelsRequest.FromString,
            response_serializer=dispatcher_pb2.UpsertWorkerLabelsResponse.SerializeToString,
        ),
        "GetVersion": grpc.unary_unary_rpc_method_handler(
            servicer.get_version,
            request_deserializer=dispatcher_pb2.GetVersionRequest.FromString,
            response_serializer=dispatcher_pb2.GetVersionResponse.SerializeToString,
        ),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))

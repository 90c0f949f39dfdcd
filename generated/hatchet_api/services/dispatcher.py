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
    """Workers register here, receive assignments and report on them; clients subscribe to results."""

    register: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.WorkerRegisterRequest, dispatcher_pb2.WorkerRegisterResponse
    ]
    """Announce a worker with its actions and slots. Every call makes a new worker with a new id, even under a known
    name; it is given nothing until `ListenV2` is open and a heartbeat has arrived.
    """

    listen: grpc.aio.UnaryStreamMultiCallable[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction]
    """Receive assignments while the engine sends heartbeats on the worker's behalf. Superseded by `ListenV2`."""

    listen_v2: grpc.aio.UnaryStreamMultiCallable[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction]
    """Receive assignments until either side closes the stream. The worker sends its own heartbeats, and keeps its id
    when it opens the stream anew. NOT_FOUND: the engine does not know the worker, which must register again.
    """

    heartbeat: grpc.aio.UnaryUnaryMultiCallable[dispatcher_pb2.HeartbeatRequest, dispatcher_pb2.HeartbeatResponse]
    """Say that the worker lives; due every 4 seconds. After 5 seconds without one the worker is given nothing, after
    30 its tasks go to others. FAILED_PRECONDITION: its stream of assignments is gone and must be opened again.
    """

    subscribe_to_workflow_events: grpc.aio.UnaryStreamMultiCallable[
        dispatcher_pb2.SubscribeToWorkflowEventsRequest, dispatcher_pb2.WorkflowEvent
    ]
    """Follow one run, or all runs with a certain piece of metadata, event by event and chunk by chunk. Nothing from
    before the call is repeated: subscribe before what matters can happen.
    """

    subscribe_to_workflow_runs: grpc.aio.StreamStreamMultiCallable[
        dispatcher_pb2.SubscribeToWorkflowRunsRequest, dispatcher_pb2.WorkflowRunEvent
    ]
    """Send the ids of runs, at any time, and receive each one's outcome when it ends. Ids that do not exist are
    ignored without a word.
    """

    send_step_action_event: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.StepActionEvent, dispatcher_pb2.ActionEventResponse
    ]
    """Report one moment in the life of an assigned task. The answer means accepted, not applied; a report about an
    attempt that is over is accepted and has no effect.
    """

    send_batch_action_event: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.BatchActionEvent, dispatcher_pb2.ActionEventResponse
    ]
    """Report one moment for several tasks of a batch at once. Tasks the engine does not know are skipped."""

    send_group_key_action_event: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.GroupKeyActionEvent, dispatcher_pb2.ActionEventResponse
    ]
    """Report the outcome of computing a concurrency key on a worker. Engines of today answer UNIMPLEMENTED."""

    put_overrides_data: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.OverridesData, dispatcher_pb2.OverridesDataResponse
    ]
    """Record a value that was overridden while debugging. Accepted, without effect."""

    unsubscribe: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.WorkerUnsubscribeRequest, dispatcher_pb2.WorkerUnsubscribeResponse
    ]
    """Take a worker out of service when it stops by itself."""

    refresh_timeout: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.RefreshTimeoutRequest, dispatcher_pb2.RefreshTimeoutResponse
    ]
    """Move the execution deadline of a running task further away. NOT_FOUND: the task is not running."""

    release_slot: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.ReleaseSlotRequest, dispatcher_pb2.ReleaseSlotResponse
    ]
    """Give back the slots of a running task, which goes on without them; it is then no longer handed to another
    worker should this one be lost. NOT_FOUND: the task is not running.
    """

    restore_evicted_task: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.RestoreEvictedTaskRequest, dispatcher_pb2.RestoreEvictedTaskResponse
    ]
    """Queue an evicted durable task again. What was not evicted is left alone."""

    upsert_worker_labels: grpc.aio.UnaryUnaryMultiCallable[
        dispatcher_pb2.UpsertWorkerLabelsRequest, dispatcher_pb2.UpsertWorkerLabelsResponse
    ]
    """Add labels to a worker or change their values; none can be removed."""

    get_version: grpc.aio.UnaryUnaryMultiCallable[dispatcher_pb2.GetVersionRequest, dispatcher_pb2.GetVersionResponse]
    """The engine's version, from which a client knows what it may ask for. UNIMPLEMENTED: older than v0.78.23."""

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
    """Workers register here, receive assignments and report on them; clients subscribe to results."""

    async def register(
        self,
        request: dispatcher_pb2.WorkerRegisterRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.WorkerRegisterRequest, dispatcher_pb2.WorkerRegisterResponse],
    ) -> dispatcher_pb2.WorkerRegisterResponse:
        """Announce a worker with its actions and slots. Every call makes a new worker with a new id, even under a
        known name; it is given nothing until `ListenV2` is open and a heartbeat has arrived.
        """
        ...

    def listen(
        self,
        request: dispatcher_pb2.WorkerListenRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction],
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Receive assignments while the engine sends heartbeats on the worker's behalf. Superseded by `ListenV2`."""
        ...

    def listen_v2(
        self,
        request: dispatcher_pb2.WorkerListenRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction],
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Receive assignments until either side closes the stream. The worker sends its own heartbeats, and keeps
        its id when it opens the stream anew. NOT_FOUND: the engine does not know the worker, which must register
        again.
        """
        ...

    async def heartbeat(
        self,
        request: dispatcher_pb2.HeartbeatRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.HeartbeatRequest, dispatcher_pb2.HeartbeatResponse],
    ) -> dispatcher_pb2.HeartbeatResponse:
        """Say that the worker lives; due every 4 seconds. After 5 seconds without one the worker is given nothing,
        after 30 its tasks go to others. FAILED_PRECONDITION: its stream of assignments is gone and must be opened
        again.
        """
        ...

    def subscribe_to_workflow_events(
        self,
        request: dispatcher_pb2.SubscribeToWorkflowEventsRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.SubscribeToWorkflowEventsRequest, dispatcher_pb2.WorkflowEvent
        ],
    ) -> AsyncIterator[dispatcher_pb2.WorkflowEvent]:
        """Follow one run, or all runs with a certain piece of metadata, event by event and chunk by chunk. Nothing
        from before the call is repeated: subscribe before what matters can happen.
        """
        ...

    def subscribe_to_workflow_runs(
        self,
        requests: AsyncIterator[dispatcher_pb2.SubscribeToWorkflowRunsRequest],
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.SubscribeToWorkflowRunsRequest, dispatcher_pb2.WorkflowRunEvent
        ],
    ) -> AsyncIterator[dispatcher_pb2.WorkflowRunEvent]:
        """Send the ids of runs, at any time, and receive each one's outcome when it ends. Ids that do not exist are
        ignored without a word.
        """
        ...

    async def send_step_action_event(
        self,
        request: dispatcher_pb2.StepActionEvent,
        context: grpc.aio.ServicerContext[dispatcher_pb2.StepActionEvent, dispatcher_pb2.ActionEventResponse],
    ) -> dispatcher_pb2.ActionEventResponse:
        """Report one moment in the life of an assigned task. The answer means accepted, not applied; a report about
        an attempt that is over is accepted and has no effect.
        """
        ...

    async def send_batch_action_event(
        self,
        request: dispatcher_pb2.BatchActionEvent,
        context: grpc.aio.ServicerContext[dispatcher_pb2.BatchActionEvent, dispatcher_pb2.ActionEventResponse],
    ) -> dispatcher_pb2.ActionEventResponse:
        """Report one moment for several tasks of a batch at once. Tasks the engine does not know are skipped."""
        ...

    async def send_group_key_action_event(
        self,
        request: dispatcher_pb2.GroupKeyActionEvent,
        context: grpc.aio.ServicerContext[dispatcher_pb2.GroupKeyActionEvent, dispatcher_pb2.ActionEventResponse],
    ) -> dispatcher_pb2.ActionEventResponse:
        """Report the outcome of computing a concurrency key on a worker. Engines of today answer UNIMPLEMENTED."""
        ...

    async def put_overrides_data(
        self,
        request: dispatcher_pb2.OverridesData,
        context: grpc.aio.ServicerContext[dispatcher_pb2.OverridesData, dispatcher_pb2.OverridesDataResponse],
    ) -> dispatcher_pb2.OverridesDataResponse:
        """Record a value that was overridden while debugging. Accepted, without effect."""
        ...

    async def unsubscribe(
        self,
        request: dispatcher_pb2.WorkerUnsubscribeRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.WorkerUnsubscribeRequest, dispatcher_pb2.WorkerUnsubscribeResponse
        ],
    ) -> dispatcher_pb2.WorkerUnsubscribeResponse:
        """Take a worker out of service when it stops by itself."""
        ...

    async def refresh_timeout(
        self,
        request: dispatcher_pb2.RefreshTimeoutRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.RefreshTimeoutRequest, dispatcher_pb2.RefreshTimeoutResponse],
    ) -> dispatcher_pb2.RefreshTimeoutResponse:
        """Move the execution deadline of a running task further away. NOT_FOUND: the task is not running."""
        ...

    async def release_slot(
        self,
        request: dispatcher_pb2.ReleaseSlotRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.ReleaseSlotRequest, dispatcher_pb2.ReleaseSlotResponse],
    ) -> dispatcher_pb2.ReleaseSlotResponse:
        """Give back the slots of a running task, which goes on without them; it is then no longer handed to another
        worker should this one be lost. NOT_FOUND: the task is not running.
        """
        ...

    async def restore_evicted_task(
        self,
        request: dispatcher_pb2.RestoreEvictedTaskRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.RestoreEvictedTaskRequest, dispatcher_pb2.RestoreEvictedTaskResponse
        ],
    ) -> dispatcher_pb2.RestoreEvictedTaskResponse:
        """Queue an evicted durable task again. What was not evicted is left alone."""
        ...

    async def upsert_worker_labels(
        self,
        request: dispatcher_pb2.UpsertWorkerLabelsRequest,
        context: grpc.aio.ServicerContext[
            dispatcher_pb2.UpsertWorkerLabelsRequest, dispatcher_pb2.UpsertWorkerLabelsResponse
        ],
    ) -> dispatcher_pb2.UpsertWorkerLabelsResponse:
        """Add labels to a worker or change their values; none can be removed."""
        ...

    async def get_version(
        self,
        request: dispatcher_pb2.GetVersionRequest,
        context: grpc.aio.ServicerContext[dispatcher_pb2.GetVersionRequest, dispatcher_pb2.GetVersionResponse],
    ) -> dispatcher_pb2.GetVersionResponse:
        """The engine's version, from which a client knows what it may ask for. UNIMPLEMENTED: older than v0.78.23."""
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

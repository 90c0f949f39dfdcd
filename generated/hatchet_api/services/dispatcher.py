# Generated from specs/ by `python -m codegen`; do not edit.
"""Client stub and servicer protocol of the engine's `Dispatcher` service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final, Protocol

from hatchet_api import calls
from hatchet_api.grpc import dispatcher_pb2

if TYPE_CHECKING:
    import grpc.aio

SERVICE: Final = "Dispatcher"
"""Full name of the service on the wire."""


class DispatcherStub:
    """Workers register here, receive assignments and report on them; clients subscribe to results."""

    register: calls.UnaryUnary[dispatcher_pb2.WorkerRegisterRequest, dispatcher_pb2.WorkerRegisterResponse]
    """Announce a worker with its actions and slots. Every call makes a new worker with a new id, even under a known
    name; it is given nothing until `ListenV2` is open and a heartbeat has arrived.
    """

    listen: calls.UnaryStream[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction]
    """Receive assignments while the engine sends heartbeats on the worker's behalf. Superseded by `ListenV2`."""

    listen_v2: calls.UnaryStream[dispatcher_pb2.WorkerListenRequest, dispatcher_pb2.AssignedAction]
    """Receive assignments until either side closes the stream. The worker sends its own heartbeats, and keeps its id
    when it opens the stream anew. NOT_FOUND: the engine does not know the worker, which must register again.
    """

    heartbeat: calls.UnaryUnary[dispatcher_pb2.HeartbeatRequest, dispatcher_pb2.HeartbeatResponse]
    """Say that the worker lives; due every 4 seconds. After 5 seconds without one the worker is given nothing, after
    30 its tasks go to others. FAILED_PRECONDITION: its stream of assignments is gone and must be opened again.
    """

    subscribe_to_workflow_events: calls.UnaryStream[
        dispatcher_pb2.SubscribeToWorkflowEventsRequest, dispatcher_pb2.WorkflowEvent
    ]
    """Follow one run, or all runs with a certain piece of metadata, event by event and chunk by chunk. Nothing from
    before the call is repeated: subscribe before what matters can happen.
    """

    subscribe_to_workflow_runs: calls.StreamStream[
        dispatcher_pb2.SubscribeToWorkflowRunsRequest, dispatcher_pb2.WorkflowRunEvent
    ]
    """Send the ids of runs, at any time, and receive each one's outcome when it ends. Ids that do not exist are
    ignored without a word.
    """

    send_step_action_event: calls.UnaryUnary[dispatcher_pb2.StepActionEvent, dispatcher_pb2.ActionEventResponse]
    """Report one moment in the life of an assigned task. The answer means accepted, not applied; a report about an
    attempt that is over is accepted and has no effect.
    """

    send_batch_action_event: calls.UnaryUnary[dispatcher_pb2.BatchActionEvent, dispatcher_pb2.ActionEventResponse]
    """Report one moment for several tasks of a batch at once. Tasks the engine does not know are skipped."""

    send_group_key_action_event: calls.UnaryUnary[
        dispatcher_pb2.GroupKeyActionEvent, dispatcher_pb2.ActionEventResponse
    ]
    """Report the outcome of computing a concurrency key on a worker. Engines of today answer UNIMPLEMENTED."""

    put_overrides_data: calls.UnaryUnary[dispatcher_pb2.OverridesData, dispatcher_pb2.OverridesDataResponse]
    """Record a value that was overridden while debugging. Accepted, without effect."""

    unsubscribe: calls.UnaryUnary[dispatcher_pb2.WorkerUnsubscribeRequest, dispatcher_pb2.WorkerUnsubscribeResponse]
    """Take a worker out of service when it stops by itself."""

    refresh_timeout: calls.UnaryUnary[dispatcher_pb2.RefreshTimeoutRequest, dispatcher_pb2.RefreshTimeoutResponse]
    """Move the execution deadline of a running task further away. NOT_FOUND: the task is not running."""

    release_slot: calls.UnaryUnary[dispatcher_pb2.ReleaseSlotRequest, dispatcher_pb2.ReleaseSlotResponse]
    """Give back the slots of a running task, which goes on without them; it is then no longer handed to another
    worker should this one be lost. NOT_FOUND: the task is not running.
    """

    restore_evicted_task: calls.UnaryUnary[
        dispatcher_pb2.RestoreEvictedTaskRequest, dispatcher_pb2.RestoreEvictedTaskResponse
    ]
    """Queue an evicted durable task again. What was not evicted is left alone."""

    upsert_worker_labels: calls.UnaryUnary[
        dispatcher_pb2.UpsertWorkerLabelsRequest, dispatcher_pb2.UpsertWorkerLabelsResponse
    ]
    """Add labels to a worker or change their values; none can be removed."""

    get_version: calls.UnaryUnary[dispatcher_pb2.GetVersionRequest, dispatcher_pb2.GetVersionResponse]
    """The engine's version, from which a client knows what it may ask for. UNIMPLEMENTED: older than v0.78.23."""

    def __init__(self, channel: calls.Channel) -> None:
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
        self, request: dispatcher_pb2.WorkerRegisterRequest, context: calls.Context
    ) -> dispatcher_pb2.WorkerRegisterResponse:
        """Announce a worker with its actions and slots. Every call makes a new worker with a new id, even under a
        known name; it is given nothing until `ListenV2` is open and a heartbeat has arrived.
        """
        ...

    def listen(
        self, request: dispatcher_pb2.WorkerListenRequest, context: calls.Context
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Receive assignments while the engine sends heartbeats on the worker's behalf. Superseded by `ListenV2`."""
        ...

    def listen_v2(
        self, request: dispatcher_pb2.WorkerListenRequest, context: calls.Context
    ) -> AsyncIterator[dispatcher_pb2.AssignedAction]:
        """Receive assignments until either side closes the stream. The worker sends its own heartbeats, and keeps
        its id when it opens the stream anew. NOT_FOUND: the engine does not know the worker, which must register
        again.
        """
        ...

    async def heartbeat(
        self, request: dispatcher_pb2.HeartbeatRequest, context: calls.Context
    ) -> dispatcher_pb2.HeartbeatResponse:
        """Say that the worker lives; due every 4 seconds. After 5 seconds without one the worker is given nothing,
        after 30 its tasks go to others. FAILED_PRECONDITION: its stream of assignments is gone and must be opened
        again.
        """
        ...

    def subscribe_to_workflow_events(
        self, request: dispatcher_pb2.SubscribeToWorkflowEventsRequest, context: calls.Context
    ) -> AsyncIterator[dispatcher_pb2.WorkflowEvent]:
        """Follow one run, or all runs with a certain piece of metadata, event by event and chunk by chunk. Nothing
        from before the call is repeated: subscribe before what matters can happen.
        """
        ...

    def subscribe_to_workflow_runs(
        self, requests: AsyncIterator[dispatcher_pb2.SubscribeToWorkflowRunsRequest], context: calls.Context
    ) -> AsyncIterator[dispatcher_pb2.WorkflowRunEvent]:
        """Send the ids of runs, at any time, and receive each one's outcome when it ends. Ids that do not exist are
        ignored without a word.
        """
        ...

    async def send_step_action_event(
        self, request: dispatcher_pb2.StepActionEvent, context: calls.Context
    ) -> dispatcher_pb2.ActionEventResponse:
        """Report one moment in the life of an assigned task. The answer means accepted, not applied; a report about
        an attempt that is over is accepted and has no effect.
        """
        ...

    async def send_batch_action_event(
        self, request: dispatcher_pb2.BatchActionEvent, context: calls.Context
    ) -> dispatcher_pb2.ActionEventResponse:
        """Report one moment for several tasks of a batch at once. Tasks the engine does not know are skipped."""
        ...

    async def send_group_key_action_event(
        self, request: dispatcher_pb2.GroupKeyActionEvent, context: calls.Context
    ) -> dispatcher_pb2.ActionEventResponse:
        """Report the outcome of computing a concurrency key on a worker. Engines of today answer UNIMPLEMENTED."""
        ...

    async def put_overrides_data(
        self, request: dispatcher_pb2.OverridesData, context: calls.Context
    ) -> dispatcher_pb2.OverridesDataResponse:
        """Record a value that was overridden while debugging. Accepted, without effect."""
        ...

    async def unsubscribe(
        self, request: dispatcher_pb2.WorkerUnsubscribeRequest, context: calls.Context
    ) -> dispatcher_pb2.WorkerUnsubscribeResponse:
        """Take a worker out of service when it stops by itself."""
        ...

    async def refresh_timeout(
        self, request: dispatcher_pb2.RefreshTimeoutRequest, context: calls.Context
    ) -> dispatcher_pb2.RefreshTimeoutResponse:
        """Move the execution deadline of a running task further away. NOT_FOUND: the task is not running."""
        ...

    async def release_slot(
        self, request: dispatcher_pb2.ReleaseSlotRequest, context: calls.Context
    ) -> dispatcher_pb2.ReleaseSlotResponse:
        """Give back the slots of a running task, which goes on without them; it is then no longer handed to another
        worker should this one be lost. NOT_FOUND: the task is not running.
        """
        ...

    async def restore_evicted_task(
        self, request: dispatcher_pb2.RestoreEvictedTaskRequest, context: calls.Context
    ) -> dispatcher_pb2.RestoreEvictedTaskResponse:
        """Queue an evicted durable task again. What was not evicted is left alone."""
        ...

    async def upsert_worker_labels(
        self, request: dispatcher_pb2.UpsertWorkerLabelsRequest, context: calls.Context
    ) -> dispatcher_pb2.UpsertWorkerLabelsResponse:
        """Add labels to a worker or change their values; none can be removed."""
        ...

    async def get_version(
        self, request: dispatcher_pb2.GetVersionRequest, context: calls.Context
    ) -> dispatcher_pb2.GetVersionResponse:
        """The engine's version, from which a client knows what it may ask for. UNIMPLEMENTED: older than v0.78.23."""
        ...


def dispatcher_methods(servicer: DispatcherServicer) -> calls.Methods:
    """The methods of `Dispatcher` by their paths, answered by a servicer."""
    return {
        "/Dispatcher/Register": calls.UnaryUnaryMethod(
            servicer.register,
            dispatcher_pb2.WorkerRegisterRequest.FromString,
            dispatcher_pb2.WorkerRegisterResponse.SerializeToString,
        ),
        "/Dispatcher/Listen": calls.UnaryStreamMethod(
            servicer.listen,
            dispatcher_pb2.WorkerListenRequest.FromString,
            dispatcher_pb2.AssignedAction.SerializeToString,
        ),
        "/Dispatcher/ListenV2": calls.UnaryStreamMethod(
            servicer.listen_v2,
            dispatcher_pb2.WorkerListenRequest.FromString,
            dispatcher_pb2.AssignedAction.SerializeToString,
        ),
        "/Dispatcher/Heartbeat": calls.UnaryUnaryMethod(
            servicer.heartbeat,
            dispatcher_pb2.HeartbeatRequest.FromString,
            dispatcher_pb2.HeartbeatResponse.SerializeToString,
        ),
        "/Dispatcher/SubscribeToWorkflowEvents": calls.UnaryStreamMethod(
            servicer.subscribe_to_workflow_events,
            dispatcher_pb2.SubscribeToWorkflowEventsRequest.FromString,
            dispatcher_pb2.WorkflowEvent.SerializeToString,
        ),
        "/Dispatcher/SubscribeToWorkflowRuns": calls.StreamStreamMethod(
            servicer.subscribe_to_workflow_runs,
            dispatcher_pb2.SubscribeToWorkflowRunsRequest.FromString,
            dispatcher_pb2.WorkflowRunEvent.SerializeToString,
        ),
        "/Dispatcher/SendStepActionEvent": calls.UnaryUnaryMethod(
            servicer.send_step_action_event,
            dispatcher_pb2.StepActionEvent.FromString,
            dispatcher_pb2.ActionEventResponse.SerializeToString,
        ),
        "/Dispatcher/SendBatchActionEvent": calls.UnaryUnaryMethod(
            servicer.send_batch_action_event,
            dispatcher_pb2.BatchActionEvent.FromString,
            dispatcher_pb2.ActionEventResponse.SerializeToString,
        ),
        "/Dispatcher/SendGroupKeyActionEvent": calls.UnaryUnaryMethod(
            servicer.send_group_key_action_event,
            dispatcher_pb2.GroupKeyActionEvent.FromString,
            dispatcher_pb2.ActionEventResponse.SerializeToString,
        ),
        "/Dispatcher/PutOverridesData": calls.UnaryUnaryMethod(
            servicer.put_overrides_data,
            dispatcher_pb2.OverridesData.FromString,
            dispatcher_pb2.OverridesDataResponse.SerializeToString,
        ),
        "/Dispatcher/Unsubscribe": calls.UnaryUnaryMethod(
            servicer.unsubscribe,
            dispatcher_pb2.WorkerUnsubscribeRequest.FromString,
            dispatcher_pb2.WorkerUnsubscribeResponse.SerializeToString,
        ),
        "/Dispatcher/RefreshTimeout": calls.UnaryUnaryMethod(
            servicer.refresh_timeout,
            dispatcher_pb2.RefreshTimeoutRequest.FromString,
            dispatcher_pb2.RefreshTimeoutResponse.SerializeToString,
        ),
        "/Dispatcher/ReleaseSlot": calls.UnaryUnaryMethod(
            servicer.release_slot,
            dispatcher_pb2.ReleaseSlotRequest.FromString,
            dispatcher_pb2.ReleaseSlotResponse.SerializeToString,
        ),
        "/Dispatcher/RestoreEvictedTask": calls.UnaryUnaryMethod(
            servicer.restore_evicted_task,
            dispatcher_pb2.RestoreEvictedTaskRequest.FromString,
            dispatcher_pb2.RestoreEvictedTaskResponse.SerializeToString,
        ),
        "/Dispatcher/UpsertWorkerLabels": calls.UnaryUnaryMethod(
            servicer.upsert_worker_labels,
            dispatcher_pb2.UpsertWorkerLabelsRequest.FromString,
            dispatcher_pb2.UpsertWorkerLabelsResponse.SerializeToString,
        ),
        "/Dispatcher/GetVersion": calls.UnaryUnaryMethod(
            servicer.get_version,
            dispatcher_pb2.GetVersionRequest.FromString,
            dispatcher_pb2.GetVersionResponse.SerializeToString,
        ),
    }


def add_dispatcher_servicer(server: grpc.aio.Server, servicer: DispatcherServicer) -> None:
    """Serve `Dispatcher` by gRPC, under the name that every client of the engine calls."""
    from hatchet_api.calls.over_grpc import serve  # loads gRPC, which calls in the process do without

    serve(server, dispatcher_methods(servicer))

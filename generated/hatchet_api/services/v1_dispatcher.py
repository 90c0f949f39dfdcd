# Generated from specs/ by `python -m codegen`; do not edit.
"""Client stub and servicer protocol of the engine's `v1.V1Dispatcher` service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final, Protocol

from hatchet_api import calls
from hatchet_api.grpc.v1 import dispatcher_pb2

if TYPE_CHECKING:
    import grpc.aio

SERVICE: Final = "v1.V1Dispatcher"
"""Full name of the service on the wire."""


class V1DispatcherStub:
    """Keeps the log of durable tasks, so that they go on where they were."""

    durable_task: calls.StreamStream[dispatcher_pb2.DurableTaskRequest, dispatcher_pb2.DurableTaskResponse]
    """One stream per worker for all its durable tasks. It begins with `register_worker`. Acknowledgements carry no
    id of the request: for each invocation of a task, send the next request only after the last was acknowledged.
    """

    register_durable_event: calls.UnaryUnary[
        dispatcher_pb2.RegisterDurableEventRequest, dispatcher_pb2.RegisterDurableEventResponse
    ]
    """Wait for conditions, with engines before v0.80.0."""

    listen_for_durable_event: calls.StreamStream[
        dispatcher_pb2.ListenForDurableEventRequest, dispatcher_pb2.DurableEvent
    ]
    """Learn when registered conditions hold, with engines before v0.80.0."""

    def __init__(self, channel: calls.Channel) -> None:
        """Bind every method to a channel, which stays the caller's to close."""
        self.durable_task = channel.stream_stream(
            "/v1.V1Dispatcher/DurableTask",
            request_serializer=dispatcher_pb2.DurableTaskRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.DurableTaskResponse.FromString,
        )
        self.register_durable_event = channel.unary_unary(
            "/v1.V1Dispatcher/RegisterDurableEvent",
            request_serializer=dispatcher_pb2.RegisterDurableEventRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.RegisterDurableEventResponse.FromString,
        )
        self.listen_for_durable_event = channel.stream_stream(
            "/v1.V1Dispatcher/ListenForDurableEvent",
            request_serializer=dispatcher_pb2.ListenForDurableEventRequest.SerializeToString,
            response_deserializer=dispatcher_pb2.DurableEvent.FromString,
        )


class V1DispatcherServicer(Protocol):
    """Keeps the log of durable tasks, so that they go on where they were."""

    def durable_task(
        self, requests: AsyncIterator[dispatcher_pb2.DurableTaskRequest], context: calls.Context
    ) -> AsyncIterator[dispatcher_pb2.DurableTaskResponse]:
        """One stream per worker for all its durable tasks. It begins with `register_worker`. Acknowledgements carry
        no id of the request: for each invocation of a task, send the next request only after the last was
        acknowledged.
        """
        ...

    async def register_durable_event(
        self, request: dispatcher_pb2.RegisterDurableEventRequest, context: calls.Context
    ) -> dispatcher_pb2.RegisterDurableEventResponse:
        """Wait for conditions, with engines before v0.80.0."""
        ...

    def listen_for_durable_event(
        self, requests: AsyncIterator[dispatcher_pb2.ListenForDurableEventRequest], context: calls.Context
    ) -> AsyncIterator[dispatcher_pb2.DurableEvent]:
        """Learn when registered conditions hold, with engines before v0.80.0."""
        ...


def v1_dispatcher_methods(servicer: V1DispatcherServicer) -> calls.Methods:
    """The methods of `v1.V1Dispatcher` by their paths, answered by a servicer."""
    return {
        "/v1.V1Dispatcher/DurableTask": calls.StreamStreamMethod(
            servicer.durable_task,
            dispatcher_pb2.DurableTaskRequest.FromString,
            dispatcher_pb2.DurableTaskResponse.SerializeToString,
        ),
        "/v1.V1Dispatcher/RegisterDurableEvent": calls.UnaryUnaryMethod(
            servicer.register_durable_event,
            dispatcher_pb2.RegisterDurableEventRequest.FromString,
            dispatcher_pb2.RegisterDurableEventResponse.SerializeToString,
        ),
        "/v1.V1Dispatcher/ListenForDurableEvent": calls.StreamStreamMethod(
            servicer.listen_for_durable_event,
            dispatcher_pb2.ListenForDurableEventRequest.FromString,
            dispatcher_pb2.DurableEvent.SerializeToString,
        ),
    }


def add_v1_dispatcher_servicer(server: grpc.aio.Server, servicer: V1DispatcherServicer) -> None:
    """Serve `v1.V1Dispatcher` by gRPC, under the name that every client of the engine calls."""
    from hatchet_api.calls.over_grpc import serve  # loads gRPC, which calls in the process do without

    serve(server, v1_dispatcher_methods(servicer))

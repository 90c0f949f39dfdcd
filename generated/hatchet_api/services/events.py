# Generated from specs/ by `python -m codegen`; do not edit.
"""Client stub and servicer protocol of the engine's `EventsService` service."""

from __future__ import annotations

from typing import Any, Final, Protocol

import grpc
import grpc.aio

from hatchet_api.grpc import events_pb2

SERVICE: Final = "EventsService"
"""Full name of the service on the wire."""


class EventsServiceStub:
    """Takes in events, log lines and stream chunks."""

    push: grpc.aio.UnaryUnaryMultiCallable[events_pb2.PushEventRequest, events_pb2.Event]
    """Push one event: it starts the workflows that are triggered by its key and resumes tasks that wait for it. The
    answer means stored; what follows from the event happens afterwards.
    """

    bulk_push: grpc.aio.UnaryUnaryMultiCallable[events_pb2.BulkPushEventRequest, events_pb2.Events]
    """Push 1 to 1000 events at once."""

    replay_single_event: grpc.aio.UnaryUnaryMultiCallable[events_pb2.ReplayEventRequest, events_pb2.Event]
    """Push a stored event again. Engines of today answer UNIMPLEMENTED."""

    put_log: grpc.aio.UnaryUnaryMultiCallable[events_pb2.PutLogRequest, events_pb2.PutLogResponse]
    """Store one log line of a task run."""

    put_stream_event: grpc.aio.UnaryUnaryMultiCallable[
        events_pb2.PutStreamEventRequest, events_pb2.PutStreamEventResponse
    ]
    """Send one chunk to those who follow the run now. Chunks are not stored."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        """Bind every method to a channel, which stays the caller's to close."""
        self.push = channel.unary_unary(
            "/EventsService/Push",
            request_serializer=events_pb2.PushEventRequest.SerializeToString,
            response_deserializer=events_pb2.Event.FromString,
        )
        self.bulk_push = channel.unary_unary(
            "/EventsService/BulkPush",
            request_serializer=events_pb2.BulkPushEventRequest.SerializeToString,
            response_deserializer=events_pb2.Events.FromString,
        )
        self.replay_single_event = channel.unary_unary(
            "/EventsService/ReplaySingleEvent",
            request_serializer=events_pb2.ReplayEventRequest.SerializeToString,
            response_deserializer=events_pb2.Event.FromString,
        )
        self.put_log = channel.unary_unary(
            "/EventsService/PutLog",
            request_serializer=events_pb2.PutLogRequest.SerializeToString,
            response_deserializer=events_pb2.PutLogResponse.FromString,
        )
        self.put_stream_event = channel.unary_unary(
            "/EventsService/PutStreamEvent",
            request_serializer=events_pb2.PutStreamEventRequest.SerializeToString,
            response_deserializer=events_pb2.PutStreamEventResponse.FromString,
        )


class EventsServiceServicer(Protocol):
    """Takes in events, log lines and stream chunks."""

    async def push(
        self,
        request: events_pb2.PushEventRequest,
        context: grpc.aio.ServicerContext[events_pb2.PushEventRequest, events_pb2.Event],
    ) -> events_pb2.Event:
        """Push one event: it starts the workflows that are triggered by its key and resumes tasks that wait for it.
        The answer means stored; what follows from the event happens afterwards.
        """
        ...

    async def bulk_push(
        self,
        request: events_pb2.BulkPushEventRequest,
        context: grpc.aio.ServicerContext[events_pb2.BulkPushEventRequest, events_pb2.Events],
    ) -> events_pb2.Events:
        """Push 1 to 1000 events at once."""
        ...

    async def replay_single_event(
        self,
        request: events_pb2.ReplayEventRequest,
        context: grpc.aio.ServicerContext[events_pb2.ReplayEventRequest, events_pb2.Event],
    ) -> events_pb2.Event:
        """Push a stored event again. Engines of today answer UNIMPLEMENTED."""
        ...

    async def put_log(
        self,
        request: events_pb2.PutLogRequest,
        context: grpc.aio.ServicerContext[events_pb2.PutLogRequest, events_pb2.PutLogResponse],
    ) -> events_pb2.PutLogResponse:
        """Store one log line of a task run."""
        ...

    async def put_stream_event(
        self,
        request: events_pb2.PutStreamEventRequest,
        context: grpc.aio.ServicerContext[events_pb2.PutStreamEventRequest, events_pb2.PutStreamEventResponse],
    ) -> events_pb2.PutStreamEventResponse:
        """Send one chunk to those who follow the run now. Chunks are not stored."""
        ...


def add_events_service_servicer(server: grpc.aio.Server, servicer: EventsServiceServicer) -> None:
    """Serve `EventsService` under the name that every client of the engine calls."""
    handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
        "Push": grpc.unary_unary_rpc_method_handler(
            servicer.push,
            request_deserializer=events_pb2.PushEventRequest.FromString,
            response_serializer=events_pb2.Event.SerializeToString,
        ),
        "BulkPush": grpc.unary_unary_rpc_method_handler(
            servicer.bulk_push,
            request_deserializer=events_pb2.BulkPushEventRequest.FromString,
            response_serializer=events_pb2.Events.SerializeToString,
        ),
        "ReplaySingleEvent": grpc.unary_unary_rpc_method_handler(
            servicer.replay_single_event,
            request_deserializer=events_pb2.ReplayEventRequest.FromString,
            response_serializer=events_pb2.Event.SerializeToString,
        ),
        "PutLog": grpc.unary_unary_rpc_method_handler(
            servicer.put_log,
            request_deserializer=events_pb2.PutLogRequest.FromString,
            response_serializer=events_pb2.PutLogResponse.SerializeToString,
        ),
        "PutStreamEvent": grpc.unary_unary_rpc_method_handler(
            servicer.put_stream_event,
            request_deserializer=events_pb2.PutStreamEventRequest.FromString,
            response_serializer=events_pb2.PutStreamEventResponse.SerializeToString,
        ),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))

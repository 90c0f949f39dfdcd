# Generated from specs/ by `python -m codegen`; do not edit.
"""Client stub and servicer protocol of the engine's `EventsService` service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from hatchet_api import calls
from hatchet_api.grpc import events_pb2

if TYPE_CHECKING:
    import grpc.aio

SERVICE: Final = "EventsService"
"""Full name of the service on the wire."""


class EventsServiceStub:
    """Takes in events, log lines and stream chunks."""

    push: calls.UnaryUnary[events_pb2.PushEventRequest, events_pb2.Event]
    """Push one event: it starts the workflows that are triggered by its key and resumes tasks that wait for it. The
    answer means stored; what follows from the event happens afterwards.
    """

    bulk_push: calls.UnaryUnary[events_pb2.BulkPushEventRequest, events_pb2.Events]
    """Push 1 to 1000 events at once."""

    replay_single_event: calls.UnaryUnary[events_pb2.ReplayEventRequest, events_pb2.Event]
    """Push a stored event again. Engines of today answer UNIMPLEMENTED."""

    put_log: calls.UnaryUnary[events_pb2.PutLogRequest, events_pb2.PutLogResponse]
    """Store one log line of a task run."""

    put_stream_event: calls.UnaryUnary[events_pb2.PutStreamEventRequest, events_pb2.PutStreamEventResponse]
    """Send one chunk to those who follow the run now. Chunks are not stored."""

    def __init__(self, channel: calls.Channel) -> None:
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

    async def push(self, request: events_pb2.PushEventRequest, context: calls.Context) -> events_pb2.Event:
        """Push one event: it starts the workflows that are triggered by its key and resumes tasks that wait for it.
        The answer means stored; what follows from the event happens afterwards.
        """
        ...

    async def bulk_push(self, request: events_pb2.BulkPushEventRequest, context: calls.Context) -> events_pb2.Events:
        """Push 1 to 1000 events at once."""
        ...

    async def replay_single_event(
        self, request: events_pb2.ReplayEventRequest, context: calls.Context
    ) -> events_pb2.Event:
        """Push a stored event again. Engines of today answer UNIMPLEMENTED."""
        ...

    async def put_log(self, request: events_pb2.PutLogRequest, context: calls.Context) -> events_pb2.PutLogResponse:
        """Store one log line of a task run."""
        ...

    async def put_stream_event(
        self, request: events_pb2.PutStreamEventRequest, context: calls.Context
    ) -> events_pb2.PutStreamEventResponse:
        """Send one chunk to those who follow the run now. Chunks are not stored."""
        ...


def events_service_methods(servicer: EventsServiceServicer) -> calls.Methods:
    """The methods of `EventsService` by their paths, answered by a servicer."""
    return {
        "/EventsService/Push": calls.UnaryUnaryMethod(
            servicer.push,
            events_pb2.PushEventRequest.FromString,
            events_pb2.Event.SerializeToString,
        ),
        "/EventsService/BulkPush": calls.UnaryUnaryMethod(
            servicer.bulk_push,
            events_pb2.BulkPushEventRequest.FromString,
            events_pb2.Events.SerializeToString,
        ),
        "/EventsService/ReplaySingleEvent": calls.UnaryUnaryMethod(
            servicer.replay_single_event,
            events_pb2.ReplayEventRequest.FromString,
            events_pb2.Event.SerializeToString,
        ),
        "/EventsService/PutLog": calls.UnaryUnaryMethod(
            servicer.put_log,
            events_pb2.PutLogRequest.FromString,
            events_pb2.PutLogResponse.SerializeToString,
        ),
        "/EventsService/PutStreamEvent": calls.UnaryUnaryMethod(
            servicer.put_stream_event,
            events_pb2.PutStreamEventRequest.FromString,
            events_pb2.PutStreamEventResponse.SerializeToString,
        ),
    }


def add_events_service_servicer(server: grpc.aio.Server, servicer: EventsServiceServicer) -> None:
    """Serve `EventsService` by gRPC, under the name that every client of the engine calls."""
    from hatchet_api.calls.over_grpc import serve  # loads gRPC, which calls in the process do without

    serve(server, events_service_methods(servicer))

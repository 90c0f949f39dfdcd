# Generated from specs/ by `python -m codegen`; do not edit.
"""Client stub and servicer protocol of the engine's `v1.V1Streams` service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final, Protocol

from hatchet_api import calls
from hatchet_api.grpc.v1 import streams_pb2

if TYPE_CHECKING:
    import grpc.aio

SERVICE: Final = "v1.V1Streams"
"""Full name of the service on the wire."""


class V1StreamsStub:
    """Publishing to topics and reading them.

    Since v0.120.0.
    """

    publish: calls.UnaryUnary[streams_pb2.PublishStreamMessageRequest, streams_pb2.PublishStreamMessageResponse]
    """Put one message behind the others of a topic; the answer comes when it is kept."""

    subscribe: calls.UnaryStream[streams_pb2.SubscribeStreamRequest, streams_pb2.StreamMessage]
    """Read a topic from a place on: what is kept, then what comes, until either side ends it."""

    def __init__(self, channel: calls.Channel) -> None:
        """Bind every method to a channel, which stays the caller's to close."""
        self.publish = channel.unary_unary(
            "/v1.V1Streams/Publish",
            request_serializer=streams_pb2.PublishStreamMessageRequest.SerializeToString,
            response_deserializer=streams_pb2.PublishStreamMessageResponse.FromString,
        )
        self.subscribe = channel.unary_stream(
            "/v1.V1Streams/Subscribe",
            request_serializer=streams_pb2.SubscribeStreamRequest.SerializeToString,
            response_deserializer=streams_pb2.StreamMessage.FromString,
        )


class V1StreamsServicer(Protocol):
    """Publishing to topics and reading them.

    Since v0.120.0.
    """

    async def publish(
        self, request: streams_pb2.PublishStreamMessageRequest, context: calls.Context
    ) -> streams_pb2.PublishStreamMessageResponse:
        """Put one message behind the others of a topic; the answer comes when it is kept."""
        ...

    def subscribe(
        self, request: streams_pb2.SubscribeStreamRequest, context: calls.Context
    ) -> AsyncIterator[streams_pb2.StreamMessage]:
        """Read a topic from a place on: what is kept, then what comes, until either side ends it."""
        ...


def v1_streams_methods(servicer: V1StreamsServicer) -> calls.Methods:
    """The methods of `v1.V1Streams` by their paths, answered by a servicer."""
    return {
        "/v1.V1Streams/Publish": calls.UnaryUnaryMethod(
            servicer.publish,
            streams_pb2.PublishStreamMessageRequest.FromString,
            streams_pb2.PublishStreamMessageResponse.SerializeToString,
        ),
        "/v1.V1Streams/Subscribe": calls.UnaryStreamMethod(
            servicer.subscribe,
            streams_pb2.SubscribeStreamRequest.FromString,
            streams_pb2.StreamMessage.SerializeToString,
        ),
    }


def add_v1_streams_servicer(server: grpc.aio.Server, servicer: V1StreamsServicer) -> None:
    """Serve `v1.V1Streams` by gRPC, under the name that every client of the engine calls."""
    from hatchet_api.calls.over_grpc import serve  # loads gRPC, which calls in the process do without

    serve(server, v1_streams_methods(servicer))

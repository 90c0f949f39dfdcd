"""An embedded engine whose calls are noted, and what two messages, or two of its values, differ in."""

from __future__ import annotations

import dataclasses
import enum
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import parse_qs

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from hatchet import Hatchet
from hatchet.embedded import Local
from hatchet.engine.hub import Hub
from hatchet.transport.connection import App, Scope
from hatchet_api.calls import Channel, StreamStream, StreamUnary, UnaryStream, UnaryUnary

Req = TypeVar("Req")
Res = TypeVar("Res")
MessageT = TypeVar("MessageT", bound=Message)


class Asked(NamedTuple):
    """A request over REST."""

    method: str
    path: list[str]
    query: Mapping[str, list[str]]
    body: Any  # Any: JSON


class Recorder:
    """Stands between a client and its engine in this process, and notes the requests on their way.

    Args:
        hatchet: a client that has made no call yet.
    """

    def __init__(self, hatchet: Hatchet) -> None:
        local = hatchet.gateway.local
        assert isinstance(local, Local)
        self._engine = local
        self._sent: list[Message] = []
        self._asked: list[Asked] = []
        hatchet.gateway.local = hatchet._rest._local = self

    def connect(self, message_limit: int) -> Channel:
        """A channel to the engine."""
        return Recording(self._engine.connect(message_limit), self._sent)

    def rest_app(self) -> App | None:
        """The engine's own, before which each request is noted."""
        app = self._engine.rest_app()
        if app is None:
            return None

        async def noting(
            scope: Scope, receive: Callable[[], Awaitable[Scope]], send: Callable[[Scope], Awaitable[None]]
        ) -> None:
            message = await receive()
            body = json.loads(message.get("body") or b"null")
            asked = Asked(scope["method"], scope["path"].split("/"), parse_qs(scope["query_string"].decode()), body)
            self._asked.append(asked)
            first = [message]

            async def read() -> Scope:
                return first.pop() if first else await receive()

            await app(scope, read, send)

        return noting

    def forget(self) -> None:
        """Note anew from here on."""
        self._sent.clear()
        self._asked.clear()

    def messages(self) -> list[Message]:
        """The messages over gRPC since the last look."""
        found, self._sent[:] = list(self._sent), []
        return found

    def asked(self) -> list[Asked]:
        """The REST requests since the last look."""
        found, self._asked[:] = list(self._asked), []
        return found

    @property
    def hub(self) -> Hub:
        """What the engine consists of."""
        engine = self._engine._engine
        assert engine is not None
        assert engine._hub is not None
        return engine._hub

    def taken(self, kind: type[MessageT]) -> list[MessageT]:
        """The requests of a kind that were sent since the last look."""
        found = [each for each in self._sent if isinstance(each, kind)]
        self._sent[:] = [each for each in self._sent if not isinstance(each, kind)]
        return found


class Recording:
    """A channel that notes each request when it is put into bytes."""

    def __init__(self, channel: Channel, sent: list[Message]) -> None:
        self._channel = channel
        self._sent = sent

    def _noting(self, serialize: Callable[[Req], bytes]) -> Callable[[Req], bytes]:
        def noted(request: Req) -> bytes:
            self._sent.append(cast(Message, request))  # what all requests of the wire are
            return serialize(request)

        return noted

    def unary_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryUnary[Req, Res]:
        """The method with this path."""
        return self._channel.unary_unary(method, self._noting(request_serializer), response_deserializer)

    def unary_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryStream[Req, Res]:
        """The method with this path."""
        return self._channel.unary_stream(method, self._noting(request_serializer), response_deserializer)

    def stream_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamUnary[Req, Res]:
        """The method with this path."""
        return self._channel.stream_unary(method, self._noting(request_serializer), response_deserializer)

    def stream_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamStream[Req, Res]:
        """The method with this path."""
        return self._channel.stream_stream(method, self._noting(request_serializer), response_deserializer)

    async def close(self, grace: float | None = None) -> None:
        """End it."""
        await self._channel.close(grace)


def differences(one: object, other: object) -> dict[str, Any]:
    """Where the second of two messages, or values of the engine, is not as the first: its parts by their paths.

    What only the first has is None; identities, which each registration gives anew, and times are left out.
    """
    before, after = (_parts(each) for each in (one, other))
    return {path: after.get(path) for path in sorted({*before, *after}) if before.get(path) != after.get(path)}


def _parts(value: object, path: str = "") -> dict[str, Any]:
    if isinstance(value, Message):
        value = MessageToDict(value, preserving_proto_field_name=True)
    elif dataclasses.is_dataclass(value) or hasattr(value, "_fields"):
        names = [each.name for each in dataclasses.fields(value)] if dataclasses.is_dataclass(value) else value._fields
        value = {name: getattr(value, name) for name in names}
    if isinstance(value, Mapping):
        inside = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        inside = [(str(number), item) for number, item in enumerate(value)]
    else:
        return {path: value.name if isinstance(value, enum.Enum) else value}
    found: dict[str, Any] = {}
    for name, item in inside:
        if name not in LEFT_OUT:
            found |= _parts(item, f"{path}.{name}" if path else name)
    return found


LEFT_OUT = ("id", "seq", "display_name", "created_at", "queued_at", "schedule_deadline", "event_timestamp")

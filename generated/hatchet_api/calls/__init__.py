# Generated from specs/ by `python -m codegen`; do not edit.
"""How the methods of the services are called and answered, whatever carries the calls.

Stubs make calls on a `Channel`, servicers answer them: `in_process` joins the two on one event loop, `over_grpc` by
gRPC. Both refuse in the same way, by `CallError`. Nothing here loads gRPC.
"""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

Metadata: TypeAlias = Sequence[tuple[str, str | bytes]]
"""Pairs that go along with a call; keys that end in `-bin` have bytes."""
Received: TypeAlias = Iterable[tuple[str, str | bytes]]
"""The same, as the other side has sent them."""

Req = TypeVar("Req")
Res = TypeVar("Res")
Asked = TypeVar("Asked", contravariant=True)
Answered = TypeVar("Answered", covariant=True)


class StatusCode(enum.Enum):
    """How a call ended, by the numbers of the wire."""

    OK = 0
    """It ended well."""
    CANCELLED = 1
    """The caller, or whoever it depends on, gave it up."""
    UNKNOWN = 2
    """It failed, and nothing says how."""
    INVALID_ARGUMENT = 3
    """The request is wrong, whatever the state of the system."""
    DEADLINE_EXCEEDED = 4
    """Its time was over before it ended."""
    NOT_FOUND = 5
    """What it asks for is not there."""
    ALREADY_EXISTS = 6
    """What it was to make is there already."""
    PERMISSION_DENIED = 7
    """The caller is known and may not do this."""
    RESOURCE_EXHAUSTED = 8
    """A limit is reached, or the message is too large."""
    FAILED_PRECONDITION = 9
    """The system is not in the state that it needs."""
    ABORTED = 10
    """It was given up, such as for another that came at the same time; try again."""
    OUT_OF_RANGE = 11
    """It goes beyond an end, such as that of a list."""
    UNIMPLEMENTED = 12
    """The server does not offer the method."""
    INTERNAL = 13
    """Something is broken."""
    UNAVAILABLE = 14
    """The server cannot be reached now; try again."""
    DATA_LOSS = 15
    """Data is lost or damaged."""
    UNAUTHENTICATED = 16
    """The caller has no valid credentials."""


class CallError(Exception):
    """A call that failed; servicers raise it to refuse one.

    Args:
        code: what kind of failure it is.
        details: what happened, in words.
        trailing_metadata: what else the caller is told, such as a `google.rpc.Status`.
    """

    def __init__(self, code: StatusCode, details: str = "", trailing_metadata: Metadata = ()) -> None:
        super().__init__(f"{code.name}: {details}")
        self.code = code
        self.details = details
        self.trailing_metadata = trailing_metadata


class StreamCall(Protocol[Answered]):
    """A call with many answers; iterating over it reads them, and raises CallError if it fails."""

    def __aiter__(self) -> AsyncIterator[Answered]:
        """The answers, once."""
        ...

    def cancel(self) -> bool:
        """Read no more; whether the call was still open."""
        ...

    async def initial_metadata(self) -> Received | None:
        """What the other side sends first: once it is here, the call has been taken up."""
        ...


class UnaryUnary(Protocol[Asked, Answered]):
    """A method with one request and one answer."""

    def __call__(
        self, request: Asked, *, timeout: float | None = None, metadata: Metadata | None = None
    ) -> Awaitable[Answered]:
        """Call it, with `timeout` seconds for all of the call. Awaiting the answer raises CallError if it fails."""
        ...


class UnaryStream(Protocol[Asked, Answered]):
    """A method with one request and many answers."""

    def __call__(
        self, request: Asked, *, timeout: float | None = None, metadata: Metadata | None = None
    ) -> StreamCall[Answered]:
        """Call it, with `timeout` seconds for all of the call."""
        ...


class StreamUnary(Protocol[Asked, Answered]):
    """A method with many requests and one answer."""

    def __call__(
        self, request_iterator: AsyncIterator[Asked], *, timeout: float | None = None, metadata: Metadata | None = None
    ) -> Awaitable[Answered]:
        """Call it, with `timeout` seconds for all of the call. Awaiting the answer raises CallError if it fails."""
        ...


class StreamStream(Protocol[Asked, Answered]):
    """A method with many requests and many answers."""

    def __call__(
        self, request_iterator: AsyncIterator[Asked], *, timeout: float | None = None, metadata: Metadata | None = None
    ) -> StreamCall[Answered]:
        """Call it, with `timeout` seconds for all of the call."""
        ...


class Channel(Protocol):
    """Where calls go; stubs bind their methods to it by path."""

    def unary_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryUnary[Req, Res]:
        """The method with this path."""
        ...

    def unary_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> UnaryStream[Req, Res]:
        """The method with this path."""
        ...

    def stream_unary(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamUnary[Req, Res]:
        """The method with this path."""
        ...

    def stream_stream(
        self, method: str, /, request_serializer: Callable[[Req], bytes], response_deserializer: Callable[[bytes], Res]
    ) -> StreamStream[Req, Res]:
        """The method with this path."""
        ...

    async def close(self, grace: float | None = None) -> None:
        """End it; open calls have `grace` seconds, and none by default."""
        ...


class Context(Protocol):
    """What a servicer learns of a call besides its requests."""

    def invocation_metadata(self) -> Received | None:
        """The pairs that came with the call."""
        ...

    def time_remaining(self) -> float | None:
        """Seconds until the caller gives up, if it ever does."""
        ...

    async def send_initial_metadata(self, initial_metadata: Metadata) -> None:
        """Let the caller know that the call has been taken up, before there is an answer."""
        ...


class UnaryUnaryMethod(Generic[Req, Res]):
    """Who answers a method with one request and one answer, and how both are encoded."""

    def __init__(
        self,
        answer: Callable[[Req, Context], Awaitable[Res]],
        deserialize: Callable[[bytes], Req],
        serialize: Callable[[Res], bytes],
    ) -> None:
        self.answer = answer
        self.deserialize = deserialize
        self.serialize = serialize


class UnaryStreamMethod(Generic[Req, Res]):
    """Who answers a method with one request and many answers, and how they are encoded."""

    def __init__(
        self,
        answer: Callable[[Req, Context], AsyncIterator[Res]],
        deserialize: Callable[[bytes], Req],
        serialize: Callable[[Res], bytes],
    ) -> None:
        self.answer = answer
        self.deserialize = deserialize
        self.serialize = serialize


class StreamUnaryMethod(Generic[Req, Res]):
    """Who answers a method with many requests and one answer, and how they are encoded."""

    def __init__(
        self,
        answer: Callable[[AsyncIterator[Req], Context], Awaitable[Res]],
        deserialize: Callable[[bytes], Req],
        serialize: Callable[[Res], bytes],
    ) -> None:
        self.answer = answer
        self.deserialize = deserialize
        self.serialize = serialize


class StreamStreamMethod(Generic[Req, Res]):
    """Who answers a method with many requests and many answers, and how they are encoded."""

    def __init__(
        self,
        answer: Callable[[AsyncIterator[Req], Context], AsyncIterator[Res]],
        deserialize: Callable[[bytes], Req],
        serialize: Callable[[Res], bytes],
    ) -> None:
        self.answer = answer
        self.deserialize = deserialize
        self.serialize = serialize


# Any: a table holds methods of many types; each is only called with what its own row decodes.
Method: TypeAlias = (
    UnaryUnaryMethod[Any, Any]
    | UnaryStreamMethod[Any, Any]
    | StreamUnaryMethod[Any, Any]
    | StreamStreamMethod[Any, Any]
)
"""How a method of any of the four kinds is answered."""
Methods: TypeAlias = Mapping[str, Method]
"""The methods of services, by their paths."""

"""The messages of a topic, read one by one, from a place on; a connection that breaks loses none of them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Generic

from typing_extensions import TypeVar

from hatchet._dataclasses import dataclass
from hatchet._lazy import Deferred
from hatchet.errors import ApiError, ChunkError
from hatchet.runs.stream import RECONNECT
from hatchet.runs.subscription import Feed, Subscription
from hatchet.transport.retry import StreamClosed, Tries
from hatchet.wire.gateway import Gateway

if TYPE_CHECKING:
    from hatchet.options import payload as payloads
    from hatchet.wire.values import StoredMessage
else:
    # As in `stream`.
    payloads = Deferred("hatchet.options.payload")

logger: Final = logging.getLogger("hatchet")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True, default=str)

HELD = 16  # messages that wait for their reader: each may have megabytes


@dataclass(frozen=True)
class TopicMessage(Generic[T_co]):
    """A message of a topic."""

    payload: T_co
    """What was published."""
    cursor: str
    """The place behind it: `subscribe(…, cursor=…)` goes on there."""
    created_at: datetime
    """When the engine stored it."""


class TopicStream(Subscription["StoredMessage", TopicMessage[T_co]], Generic[T_co]):
    """The messages of a topic, in order; iterate over it with `async for`, or with `for` in sync code.

    First comes what the engine still has behind the cursor, then what is published. A connection that breaks is made
    anew behind the last message that came, so that none is missed and none comes twice. It ends when the engine hangs
    up, which it may do where nothing was published for long, with `close` or `async with`, or when nobody holds it.

    A message that is not of the type that was asked for raises ChunkError in its place; the ones after it can be read.
    """

    @property
    def interruptions(self) -> int:
        """How often the connection was lost so far; nothing is missing for it."""
        return self._feed.interruptions


def messages_of(
    gateway: Gateway,
    download: Callable[[str], Awaitable[bytes]],
    namespace: str,
    topic: str,
    message_type: Any,
    cursor: str | None,
) -> TopicStream[Any]:
    """Read a topic: texts, bytes, or values of a type.

    Args:
        gateway: the calls.
        download: fetches a payload that was uploaded.
        namespace: the topic's namespace.
        topic: its name.
        message_type: what a message is.
        cursor: the place to begin behind; None for the oldest message.
    """

    async def source(feed: Feed[StoredMessage]) -> None:
        await _read(gateway, download, namespace, topic, cursor, feed)

    return TopicStream(gateway.io, source, _reader(topic, message_type), HELD)


async def _read(
    gateway: Gateway,
    download: Callable[[str], Awaitable[bytes]],
    namespace: str,
    topic: str,
    place: str | None,
    feed: Feed[StoredMessage],
) -> None:
    """Take messages over as many connections as it takes. Runs on the I/O loop.

    Raises:
        ApiError: the engine refused for good, or stayed away for too long.
    """

    async def attempt(tries: Tries) -> None:
        nonlocal place
        async with aclosing(gateway.topic_messages(namespace, topic, place)) as received:
            async for part in received:
                tries.progress()
                for message in part.messages:
                    await feed.put(await _whole(message, download))
                    place = message.cursor
                place = part.cursor or place
                if part.is_last:
                    return
        raise StreamClosed(f"Subscribe {topic}")

    def lost(error: ApiError, tries: Tries) -> None:
        feed.interruptions += 1
        logger.info("reading topic %r goes on behind %s: %s", topic, place or "its beginning", error)

    await RECONNECT.run(attempt, on_failure=lost)


async def _whole(message: StoredMessage, download: Callable[[str], Awaitable[bytes]]) -> StoredMessage:
    if not message.ref:
        return message
    from hatchet.wire.values import StoredMessage  # loaded, as there is one

    return StoredMessage(await download(message.ref), "", message.cursor, message.created_at)


def _reader(topic: str, message_type: Any) -> Callable[[StoredMessage], TopicMessage[Any]]:
    payload = None if message_type in (str, bytes) else payloads.payload_of(message_type)

    def read(message: StoredMessage) -> TopicMessage[Any]:
        value: Any = message.payload
        if message_type is not bytes:
            try:
                value = message.payload.decode()
                value = value if payload is None else payload.load_chunk(value)
            except ValueError as error:  # pydantic's ValidationError and what cannot be decoded are such
                name = "text in UTF-8" if payload is None else payload.type_name
                text = message.payload.decode(errors="replace")
                raise ChunkError(
                    f"the message before {message.cursor} of topic {topic!r} is no {name}: {error}",
                    run_id="",
                    chunk=text,
                ) from error
        return TopicMessage(value, message.cursor, message.created_at)

    return read

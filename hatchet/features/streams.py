"""`hatchet.streams`: topics that keep their messages, so that a reader can go on where it stopped."""

from __future__ import annotations

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError, NotFound
from hatchet.features.pages import PAGE_SIZE, Items, by_offset, check_page
from hatchet.features.rest import GatewayFeature, Way
from hatchet.options.payload import message_of
from hatchet.runs.topics import TopicStream, messages_of
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1StreamTopic, V1StreamTopicList

T = TypeVar("T")

LONGEST_NAME = 255  # characters of a topic's name, and of a namespace
LANES = 1000  # topics for which a client counts; one that it published to long ago is counted anew


@dataclass
class _Lane:
    """What a client has published to one topic, one message after the other."""

    loop: asyncio.AbstractEventLoop
    producer: str = field(default_factory=lambda: str(uuid.uuid4()))
    number: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class StreamsClient(GatewayFeature):
    """Durable streams: topics of the tenant, whose messages the engine stores. They belong to no run.

    Names of topics are as they are given: the client's namespace is not put before them, as a topic has a namespace of
    its own.
    """

    def __init__(self, way: Way) -> None:
        super().__init__(way)
        self._lanes: OrderedDict[tuple[str, str], _Lane] = OrderedDict()

    async def aio_publish(self, topic: str, message: object, *, namespace: str = "") -> None:
        """Store a message behind the others of a topic (API: `v1.V1Streams.Publish`).

        A client's messages to a topic are stored in the order of the calls, each once, also when a call is repeated.

        Args:
            topic: the topic, which begins with its first message.
            message: a text, or bytes; anything else that pydantic can write, such as a model, is stored as JSON. One
                that is larger than a call may be is uploaded first; the engine takes 64 MiB.
            namespace: the topic's namespace.

        Raises:
            InputError: no such name of a topic, or a message that cannot be written.
            Unsupported: the engine has no durable streams.
        """
        _check(topic, namespace)
        data = message_of(message, f"topic {topic!r}")
        await self._call(self._publish(namespace, topic, data), f"publish to topic {topic!r}")

    @overload
    def subscribe(self, topic: str, *, cursor: str | None = None, namespace: str = "") -> TopicStream[str]: ...
    @overload
    def subscribe(
        self, topic: str, message_type: type[T], *, cursor: str | None = None, namespace: str = ""
    ) -> TopicStream[T]: ...
    def subscribe(
        self, topic: str, message_type: Any = str, *, cursor: str | None = None, namespace: str = ""
    ) -> TopicStream[Any]:
        """Read a topic, for `for` and `async for` (API: `v1.V1Streams.Subscribe`).

        Args:
            topic: the topic; it may have no message yet.
            message_type: what a message is: `str`, `bytes`, or a type that pydantic reads from JSON.
            cursor: begin behind this place, which a message that was read names; default: with the oldest message that
                the engine has.
            namespace: the topic's namespace.

        Raises:
            InputError: no such name of a topic.
        """
        _check(topic, namespace)

        async def download(ref: str) -> bytes:
            return await self._send(api.stream_payloads.get.build(self._tenant, ref=ref))

        return messages_of(self._gateway, download, namespace, topic, message_type, cursor)

    async def aio_topic_metadata(self, topic: str, *, namespace: str = "") -> V1StreamTopic:
        """How many messages a topic holds, and when it was published to (API: `v1-stream-topic:list`).

        Args:
            topic: the topic.
            namespace: its namespace.

        Raises:
            NotFound: it holds no messages.
        """
        _check(topic, namespace)
        async for found in self.iterate_topics(search=topic):
            if (found.topic, found.namespace) == (topic, namespace):
                return found
        raise NotFound(f"topic {topic!r} holds no messages", code="NOT_FOUND", call="v1-stream-topic:list")

    async def aio_topics(
        self, *, search: str | None = None, offset: int | None = None, limit: int | None = None
    ) -> V1StreamTopicList:
        """A page of the topics that hold messages (API: `v1-stream-topic:list`).

        Args:
            search: a part of the name or the namespace.
            offset: topics to leave out.
            limit: topics on the page; default: as many as the engine likes.
        """
        check_page(offset, limit)
        return await self._send(api.stream_topics.list.build(self._tenant, offset=offset, limit=limit, search=search))

    def iterate_topics(self, *, search: str | None = None, page_size: int = PAGE_SIZE) -> Items[V1StreamTopic]:
        """All topics that hold messages, for `for` and `async for` (API: `v1-stream-topic:list`).

        Args:
            search: a part of the name or the namespace.
            page_size: topics that are asked for at once.
        """

        async def fetch(offset: int, limit: int) -> Sequence[V1StreamTopic]:
            return (await self.aio_topics(search=search, offset=offset, limit=limit)).rows

        return by_offset(self.io, fetch, lambda found: (found.namespace, found.topic), page_size=page_size)

    publish: Final = blocking(aio_publish)
    topic_metadata: Final = blocking(aio_topic_metadata)
    topics: Final = blocking(aio_topics)

    # -- on the I/O loop

    async def _publish(self, namespace: str, topic: str, data: bytes) -> None:
        lane = self._lane(namespace, topic)
        # One after the other: the engine takes a lower number than its last for a message that it has.
        async with lane.lock:
            ref = ""
            if len(data) > self._gateway.inline_limit:
                body = models.V1StreamPayloadUploadRequest(payload=data)
                ref = (await self._send(api.stream_payloads.upload.build(self._tenant, body))).ref
                data = b""
            lane.number += 1
            await self._gateway.publish(namespace, topic, data, lane.producer, lane.number, ref)

    def _lane(self, namespace: str, topic: str) -> _Lane:
        # A loop that took the place of another counts by itself. No process shares what another has counted: one that
        # was forked after the first call cannot make any.
        key, loop = (namespace, topic), asyncio.get_running_loop()
        lane = self._lanes.get(key)
        if lane is None or lane.loop is not loop:
            lane = self._lanes[key] = _Lane(loop)
        self._lanes.move_to_end(key)
        while len(self._lanes) > LANES:
            self._lanes.popitem(last=False)
        return lane


def _check(topic: str, namespace: str) -> None:
    if not 1 <= len(topic) <= LONGEST_NAME or len(namespace) > LONGEST_NAME:
        raise InputError(
            f"topic {topic[:40]!r} in namespace {namespace[:40]!r}: a topic has 1 to {LONGEST_NAME} characters, and a "
            f"namespace up to {LONGEST_NAME}"
        )

"""The V1Streams service: topics that keep their messages, so that a reader can go on where it stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator

from hatchet.engine.delivery import messages
from hatchet.engine.grpc.streams import confirm
from hatchet.engine.hub import Hub
from hatchet.engine.state.changes import Published
from hatchet.engine.state.errors import Code, Refused, invalid
from hatchet.engine.state.settings import MAX_RESULT_BYTES
from hatchet.engine.storage import store_topics
from hatchet_api import calls
from hatchet_api.grpc.v1 import streams_pb2

MAX_NAME = 255
"""Longest namespace and name of a topic, in characters."""
START = 0
"""The place before all messages."""


class StreamsService:
    """Serves `/v1.V1Streams/*`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def publish(
        self, request: streams_pb2.PublishStreamMessageRequest, context: calls.Context
    ) -> streams_pb2.PublishStreamMessageResponse:
        """Store a message; one that its producer sends again is stored once."""
        _check_topic(request.namespace, request.topic)
        if request.payload and request.payload_ref:
            raise invalid("Invalid request: a message has a payload or a payload_ref, not both")
        if request.producer_id and request.producer_seq < 1:
            raise invalid(f"Invalid request: producer_seq counts from 1, and is {request.producer_seq}")
        if request.payload_ref and store_topics.payload(self._hub.store.db, request.payload_ref) is None:
            raise invalid(f"Invalid request: there is no payload {request.payload_ref!r}")
        self._hub.core.changes.published.append(
            Published(
                namespace=request.namespace,
                topic=request.topic,
                payload=request.payload,
                ref=request.payload_ref,
                producer=request.producer_id,
                number=request.producer_seq,
                created_at=self._hub.now(),
            )
        )
        await self._hub.turns.stored()
        return streams_pb2.PublishStreamMessageResponse()

    async def subscribe(
        self, request: streams_pb2.SubscribeStreamRequest, context: calls.Context
    ) -> AsyncIterator[streams_pb2.StreamMessage]:
        """What comes after a place, from SQLite a page at a time, as fast as it is read."""
        _check_topic(request.namespace, request.topic)
        db, key = self._hub.store.db, (request.namespace, request.topic)
        place = _place(request.cursor) if request.HasField("cursor") and request.cursor else START
        with self._hub.topic_readers.reading(key) as reader:
            await confirm(context)
            # Nobody may miss what is deleted between two pages either, so that is looked at each time.
            while not reader.is_over:
                if place != START and place < store_topics.dropped(db, *key):
                    raise Refused(
                        Code.FAILED_PRECONDITION,
                        f"the cursor {place} of topic {request.topic!r} has expired: messages behind it are deleted; "
                        "subscribe without one to begin with the oldest",
                    )
                reader.news.clear()
                found = store_topics.after(db, *key, place, MAX_RESULT_BYTES)
                if found:
                    place = found[-1].seq
                    yield streams_pb2.StreamMessage(entries=[_entry(each) for each in found], cursor=str(place))
                else:
                    place = max(place, store_topics.newest(db))  # what comes has a higher number
                    await reader.news.wait()


def _check_topic(namespace: str, topic: str) -> None:
    if not 1 <= len(topic) <= MAX_NAME or len(namespace) > MAX_NAME:
        raise invalid(f"Invalid request: a topic has 1 to {MAX_NAME} characters, and a namespace up to {MAX_NAME}")


def _place(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise invalid(f"Invalid request: {cursor!r} is no cursor of this engine")
    return int(cursor)


def _entry(message: store_topics.Message) -> streams_pb2.StreamEntry:
    return streams_pb2.StreamEntry(
        payload=message.payload,
        cursor=str(message.seq),
        created_at=messages.timestamp(message.created_at),
        payload_ref=message.ref,
    )

"""Durable streams: messages are kept in order, each once, and a reader goes on where it stopped."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import islice

import pytest
from pydantic import BaseModel

from hatchet import ChunkError, FailedPrecondition, Hatchet, InputError, InvalidRequest, NotFound, TopicMessage
from hatchet_api.rest import models
from hatchet_api.rest.api import entitlements
from tests.conformance.helpers import Api

MIB = 1024 * 1024


class Order(BaseModel):
    number: int


@pytest.fixture
def topic(hatchet: Hatchet, since: Callable[[str], None], api: Api) -> str:
    """A topic of this scenario's own, on an engine that has topics and lets this tenant use them."""
    since("v1.V1Streams")
    if not api(entitlements.get.sync, api.tenant).durable_streams:
        pytest.skip("durable streams are not enabled for this tenant")
    return f"{hatchet.namespace}topic-{uuid.uuid4().hex[:8]}"


def test_what_was_published_is_read_in_order_from_the_beginning(hatchet: Hatchet, topic: str) -> None:
    for text in ("a", "b", "c"):
        hatchet.streams.publish(topic, text)
    with hatchet.streams.subscribe(topic) as stream:
        assert [message.payload for message in islice(stream, 3)] == ["a", "b", "c"]
        assert stream.interruptions == 0


def test_a_reader_goes_on_behind_a_cursor(hatchet: Hatchet, topic: str) -> None:
    for text in ("a", "b", "c"):
        hatchet.streams.publish(topic, text)
    with hatchet.streams.subscribe(topic) as stream:
        first = next(stream)
    with hatchet.streams.subscribe(topic, cursor=first.cursor) as stream:
        again = [message.payload for message in islice(stream, 2)]
    assert (first.payload, again) == ("a", ["b", "c"])
    assert first.created_at.utcoffset() == timedelta(0)


async def test_who_reads_first_is_told_of_what_comes(hatchet: Hatchet, topic: str) -> None:
    async with hatchet.streams.subscribe(topic) as stream:
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.wait([waiting], timeout=0.2)
        assert waiting.done() is False
        await hatchet.streams.aio_publish(topic, "now")
        assert (await asyncio.wait_for(waiting, 20)).payload == "now"


async def test_messages_of_many_calls_at_once_are_stored_once_each_and_in_order(hatchet: Hatchet, topic: str) -> None:
    texts = [str(number) for number in range(40)]
    await asyncio.gather(*(hatchet.streams.aio_publish(topic, text) for text in texts))
    async with hatchet.streams.subscribe(topic) as stream:
        assert [(await asyncio.wait_for(anext(stream), 20)).payload for _ in texts] == texts
    assert (await hatchet.streams.aio_topic_metadata(topic)).message_count == 40


def test_messages_are_values_bytes_or_texts(hatchet: Hatchet, topic: str) -> None:
    hatchet.streams.publish(topic, Order(number=1))
    hatchet.streams.publish(topic, b"\xff\x00")
    hatchet.streams.publish(topic, {"number": 3})

    def orders(stream: object) -> TopicMessage[Order]:
        return next(stream)  # type: ignore[call-overload,no-any-return]  # one step, which may raise

    with hatchet.streams.subscribe(topic, Order) as stream:
        first = orders(stream).payload
        with pytest.raises(ChunkError, match=f"of topic '{topic}' is no Order"):
            orders(stream)
        assert (first, orders(stream).payload) == (Order(number=1), Order(number=3))
    with hatchet.streams.subscribe(topic, bytes) as raw:
        assert [message.payload for message in islice(raw, 2)] == [b'{"number":1}', b"\xff\x00"]


def test_namespaces_have_topics_of_their_own(hatchet: Hatchet, topic: str) -> None:
    hatchet.streams.publish(topic, "here")
    hatchet.streams.publish(topic, "there", namespace="other")
    with hatchet.streams.subscribe(topic, namespace="other") as stream:
        assert next(stream).payload == "there"
    assert hatchet.streams.topic_metadata(topic, namespace="other").namespace == "other"


def test_a_message_that_is_too_large_for_a_call_is_uploaded(hatchet: Hatchet, topic: str) -> None:
    large = bytes(range(256)) * (5 * MIB // 256) + b"--\r\n"
    hatchet.streams.publish(topic, large)
    hatchet.streams.publish(topic, b"small")
    with hatchet.streams.subscribe(topic, bytes) as stream:
        assert [message.payload for message in islice(stream, 2)] == [large, b"small"]


def test_topics_are_listed_with_what_they_hold(hatchet: Hatchet, topic: str) -> None:
    for text in ("a", "b"):
        hatchet.streams.publish(topic, text)
    page = hatchet.streams.topics(search=topic)
    assert [(row.topic, row.namespace, row.message_count) for row in page.rows] == [(topic, "", 2)]
    assert page.retention_hours in range(1, 100 * 365 * 24 + 1)
    assert page.rows[0].created_at <= page.rows[0].last_published_at
    assert topic in [row.topic for row in hatchet.streams.iterate_topics(page_size=1)]
    with pytest.raises(NotFound, match="holds no messages"):
        hatchet.streams.topic_metadata(f"{topic}-not")


def test_what_is_no_topic_or_cursor_is_refused(hatchet: Hatchet, topic: str) -> None:
    with pytest.raises(InputError, match="1 to 255 characters"):
        hatchet.streams.publish("", "x")
    with pytest.raises(InputError, match="1 to 255 characters"):
        hatchet.streams.subscribe("x" * 256)
    with (
        hatchet.streams.subscribe(topic, cursor="no cursor") as stream,
        pytest.raises((InvalidRequest, FailedPrecondition)),
    ):
        next(stream)


def test_a_payload_that_is_not_there_is_told(hatchet: Hatchet, topic: str, api: Api) -> None:
    from hatchet_api.rest.api import stream_payloads
    from hatchet_api.rest.errors import ApiError

    found = api(stream_payloads.upload.sync, api.tenant, models.V1StreamPayloadUploadRequest(payload=b"x"))
    assert api(stream_payloads.get.sync, api.tenant, ref=found.ref) == b"x"
    with pytest.raises(ApiError) as refused:
        api(stream_payloads.get.sync, api.tenant, ref=str(uuid.uuid4()))
    assert refused.value.status == 404

"""Reading a topic goes on behind the last message, and publishing counts what it sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from hatchet import Hatchet, PermissionDenied, Unsupported
from hatchet.features.streams import LANES, StreamsClient
from hatchet.runs import topics
from hatchet.transport.retry import Backoff, RetryPolicy
from hatchet.wire.encode_parts import now
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc.v1 import streams_pb2
from tests.unit.scripted import ScriptedEngine
from tests.unit.wire.test_calls import retry_info, status

Message = streams_pb2.StreamMessage
Asked = list[str | None]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    backoff = Backoff(first=0.001, limit=0.01)
    monkeypatch.setattr(topics, "RECONNECT", RetryPolicy(attempts=None, backoff=backoff, outage_limit=5.0, steady=10.0))


def part(*numbers: int, cursor: str | None = None, hangup: bool = False) -> Message:
    entries = [streams_pb2.StreamEntry(payload=b"%d" % n, cursor=str(n), created_at=now()) for n in numbers]
    return Message(entries=entries, cursor=cursor or (str(numbers[-1]) if numbers else ""), hangup=hangup)


def reading(*connections: list[Message | Exception]) -> tuple[Hatchet, Asked]:
    """A client whose engine answers each subscription by the next of these, and which places it was asked for."""
    asked: Asked = []
    left = list(connections)

    async def subscribe(request: streams_pb2.SubscribeStreamRequest, context: Any) -> AsyncIterator[Message]:
        asked.append(request.cursor if request.HasField("cursor") else None)
        for each in left.pop(0):
            if isinstance(each, Exception):
                raise each
            yield each

    return ScriptedEngine(subscribe=subscribe).client(), asked


LOST = CallError(StatusCode.UNAVAILABLE, "the connection broke")


def test_a_connection_that_breaks_is_made_anew_behind_the_last_message() -> None:
    hatchet, asked = reading([part(1, 2), LOST], [part(3), LOST], [LOST], [part(4, hangup=True)])
    stream = hatchet.streams.subscribe("t")
    assert [message.payload for message in stream] == ["1", "2", "3", "4"]
    assert (asked, stream.interruptions) == ([None, "2", "3", "3"], 3)


def test_a_place_that_comes_without_a_message_counts() -> None:
    hatchet, asked = reading([part(1), part(cursor="9"), LOST], [part(hangup=True)])
    assert [message.cursor for message in hatchet.streams.subscribe("t", cursor="0")] == ["1"]
    assert asked == ["0", "9"]


def test_an_engine_that_closes_the_stream_is_asked_again() -> None:
    hatchet, asked = reading([part(1)], [part(2)], [part(3, hangup=True)])
    assert [message.payload for message in hatchet.streams.subscribe("t", int)] == [1, 2, 3]
    assert asked == [None, "1", "2"]


def test_the_end_is_where_the_engine_hangs_up() -> None:
    hatchet, asked = reading([part(1, 2, hangup=True)])
    assert [message.payload for message in hatchet.streams.subscribe("t", bytes)] == [b"1", b"2"]
    assert asked == [None]


def test_a_cap_on_connections_is_waited_for_as_long_as_the_engine_says(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    pause = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await pause(0)

    monkeypatch.setattr("hatchet.transport.retry.asyncio.sleep", sleep)
    capped = status(StatusCode.RESOURCE_EXHAUSTED, retry_info(b"\x08\x07"))
    hatchet, asked = reading([part(1), capped], [part(2, hangup=True)])
    assert [message.payload for message in hatchet.streams.subscribe("t")] == ["1", "2"]
    assert asked == [None, "1"]
    assert max(slept) >= 7.0


def test_what_cannot_pass_ends_the_reading() -> None:
    hatchet, asked = reading([part(1), CallError(StatusCode.PERMISSION_DENIED, "this token may only read")])
    stream = iter(hatchet.streams.subscribe("t"))
    assert next(stream).payload == "1"
    with pytest.raises(PermissionDenied, match="this token may only read"):
        next(stream)
    assert asked == [None]


def test_an_engine_without_streams_is_named_with_the_version_that_has_them() -> None:
    hatchet = ScriptedEngine().client()
    with pytest.raises(Unsupported, match=r"need an engine of about v0\.120\.0 or newer, where they are enabled"):
        hatchet.streams.publish("t", "x")
    with pytest.raises(Unsupported, match=r"v0\.120\.0"):
        next(iter(hatchet.streams.subscribe("t")))


class Publisher:
    """An engine that keeps what it is sent; it fails a call when it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, int]] = []
        self.fails = 0
        self.engine = ScriptedEngine(publish=self._publish)

    async def _publish(self, request: streams_pb2.PublishStreamMessageRequest, context: Any) -> Any:
        self.got.append((request.payload.decode(), request.producer_id, request.producer_seq))
        if self.fails:
            self.fails -= 1
            raise LOST
        return streams_pb2.PublishStreamMessageResponse()


def test_a_message_that_is_sent_again_has_its_number_still() -> None:
    publisher = Publisher()
    publisher.fails = 1
    hatchet = publisher.engine.client()
    hatchet.streams.publish("t", "a")
    hatchet.streams.publish("t", "b")
    hatchet.streams.publish("u", "c")
    (_, first, _), *_, (_, other, _) = publisher.got
    assert publisher.got == [("a", first, 1), ("a", first, 1), ("b", first, 2), ("c", other, 1)]
    assert first != other


async def test_calls_at_once_are_sent_one_after_the_other_in_their_order() -> None:
    publisher = Publisher()
    hatchet = publisher.engine.client()
    await asyncio.gather(*(hatchet.streams.aio_publish("t", str(number)) for number in range(20)))
    assert [(text, number) for text, _, number in publisher.got] == [(str(n), n + 1) for n in range(20)]


async def test_a_client_forgets_how_far_it_counted_for_the_oldest_of_many_topics() -> None:
    publisher = Publisher()
    streams: StreamsClient = publisher.engine.client().streams
    for number in range(LANES + 5):
        await streams.aio_publish(f"t{number}", "x")
    assert len(streams._lanes) == LANES


def test_features_with_a_time_of_their_own_count_together() -> None:
    publisher = Publisher()
    hatchet = publisher.engine.client()
    hatchet.streams.publish("t", "a")
    hatchet.streams.with_options(timeout=timedelta(seconds=9)).publish("t", "b")
    assert [number for _, _, number in publisher.got] == [1, 2]

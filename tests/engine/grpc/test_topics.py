"""Topics over the wire: stored once, kept over a restart, deleted in time, and read at the reader's own pace."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc.aio
import pytest

from hatchet.engine import EmbeddedEngine, EngineSettings, MovableClock
from hatchet.engine.storage import store_topics
from hatchet_api.grpc.v1 import streams_pb2
from hatchet_api.rest import models
from tests.engine.peer import PATIENCE, Peer, connected, read_by_hand
from tests.engine.rest_peer import STABLE, Rest
from tests.engine.storage.test_retention import kept, rows, until

DAY = 86_400.0


async def publish(peer: Peer, payload: bytes, topic: str = "t", **fields: Any) -> None:
    request = streams_pb2.PublishStreamMessageRequest(topic=topic, payload=payload, **fields)
    await peer.streams.publish(request, metadata=peer.metadata, timeout=PATIENCE)


async def read(peer: Peer, count: int, topic: str = "t", **fields: Any) -> list[streams_pb2.StreamEntry]:
    """The first messages behind a cursor."""
    question = streams_pb2.SubscribeStreamRequest(topic=topic, **fields)
    found: list[streams_pb2.StreamEntry] = []
    call = peer.streams.subscribe(question, metadata=peer.metadata, timeout=PATIENCE)
    async for part in call:
        found += part.entries
        assert part.cursor == part.entries[-1].cursor
        if len(found) >= count:
            break
    call.cancel()
    return found


async def refused(call: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value.code(), caught.value.details() or ""


async def test_a_message_that_is_sent_twice_is_stored_once(peer: Peer) -> None:
    for number in (1, 2, 2, 1, 3):
        await publish(peer, str(number).encode(), producer_id="p", producer_seq=number)
    await publish(peer, b"of another", producer_id="q", producer_seq=1)
    await publish(peer, b"elsewhere", topic="u", producer_id="p", producer_seq=1)
    await publish(peer, b"uncounted")
    assert [entry.payload for entry in await read(peer, 5)] == [b"1", b"2", b"3", b"of another", b"uncounted"]
    assert [entry.payload for entry in await read(peer, 1, topic="u")] == [b"elsewhere"]


async def test_messages_numbers_and_cursors_outlast_a_restart(tmp_path: Path) -> None:
    first = EmbeddedEngine(tmp_path)
    async with connected(await first.start()) as peer:
        for number in (1, 2):
            await publish(peer, str(number).encode(), producer_id="p", producer_seq=number)
        cursor = (await read(peer, 2))[0].cursor
    await first.stop(grace=0.1)
    second = EmbeddedEngine(tmp_path)
    async with connected(await second.start()) as peer:
        await publish(peer, b"again", producer_id="p", producer_seq=2)
        await publish(peer, b"3", producer_id="p", producer_seq=3)
        assert [entry.payload for entry in await read(peer, 2, cursor=cursor)] == [b"2", b"3"]
    await second.stop(grace=0.1)


async def test_a_reader_that_is_slow_holds_up_nobody_and_gets_everything(peer: Peer) -> None:
    question = streams_pb2.SubscribeStreamRequest(topic="t")
    slow = read_by_hand(peer.streams.subscribe(question, metadata=peer.metadata, timeout=60))
    await slow.wait_for_connection()
    large = b"x" * (1 << 20)
    for _ in range(20):
        await publish(peer, large)
    assert len(await read(peer, 20)) == 20
    sizes: list[int] = []
    while len(sizes) < 20:
        part = await slow.read()
        assert isinstance(part, streams_pb2.StreamMessage)
        sizes += [len(entry.payload) for entry in part.entries]
    assert sizes == [1 << 20] * 20


async def test_old_messages_are_deleted_and_a_cursor_that_they_were_behind_is_refused() -> None:
    clock = MovableClock()
    async with kept(None, clock, EngineSettings(retained_for=10 * DAY)) as (engine, peer):
        for text in (b"a", b"b", b"c"):
            await publish(peer, text, producer_id="p", producer_seq=1 + b"abc".index(text))
        rest = Rest(peer)
        form = {"payload": ("payload", b"large")}
        await rest.http.post(f"{STABLE.format(tenant=rest.tenant)}/streams/payloads", files=form)
        first = (await read(peer, 3))[0]
        clock.advance(9 * DAY)
        await publish(peer, b"young")
        clock.advance(2 * DAY)
        await until(clock, lambda: rows(engine, "messages") == 1)
        assert rows(engine, "payloads") == 0
        code, said = await refused(read(peer, 1, cursor=first.cursor))
        assert (code, "has expired" in said) == (grpc.StatusCode.FAILED_PRECONDITION, True)
        assert [entry.payload for entry in await read(peer, 1)] == [b"young"]
        page = await rest.get(models.V1StreamTopicList, f"{STABLE}/streams/topics")
        assert (page.retention_hours, [row.message_count for row in page.rows]) == (240, [1])
        clock.advance(11 * DAY)
        await until(clock, lambda: rows(engine, "messages") == 0)
        assert (await rest.get(models.V1StreamTopicList, f"{STABLE}/streams/topics")).rows == []
        assert rows(engine, "topics") == 1, "a reader that was away is to learn that it missed something"
        clock.advance(11 * DAY)
        await until(clock, lambda: rows(engine, "topics") + rows(engine, "producers") == 0)
        await rest.http.aclose()


async def test_of_too_many_messages_the_oldest_are_deleted() -> None:
    clock = MovableClock()
    settings = EngineSettings(retained_runs=5, retained_for=None)
    async with kept(None, clock, settings) as (engine, peer):
        await asyncio.gather(*(publish(peer, str(number).encode()) for number in range(8)))
        await until(clock, lambda: rows(engine, "messages") == 5)
        assert len(await read(peer, 5)) == 5
        rest = Rest(peer)
        page = await rest.get(models.V1StreamTopicList, f"{STABLE}/streams/topics")
        assert page.retention_hours > 800_000
        await rest.http.aclose()


async def test_a_topic_that_is_quiet_while_others_are_not_goes_on_for_its_readers() -> None:
    async with kept(None, MovableClock(), EngineSettings(retained_runs=5)) as (engine, peer):
        assert engine._hub is not None
        question = streams_pb2.SubscribeStreamRequest(topic="quiet")
        call = read_by_hand(peer.streams.subscribe(question, metadata=peer.metadata, timeout=60))
        await call.wait_for_connection()
        for number in range(3):
            await publish(peer, str(number).encode(), topic="loud")
        await publish(peer, b"at last", topic="quiet")
        part = await call.read()
        assert isinstance(part, streams_pb2.StreamMessage)
        assert [entry.payload for entry in part.entries] == [b"at last"]
        assert store_topics.newest(engine._hub.store.db) == 4
        call.cancel()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"topic": ""}, "a topic has 1 to 255 characters"),
        ({"topic": "x" * 256}, "a topic has 1 to 255 characters"),
        ({"namespace": "x" * 256}, "a topic has 1 to 255 characters"),
        ({"payload_ref": "r"}, "a payload or a payload_ref, not both"),
        ({"payload": b"", "payload_ref": "r"}, "there is no payload 'r'"),
        ({"producer_id": "p"}, "producer_seq counts from 1, and is 0"),
    ],
)
async def test_a_message_that_means_nothing_is_refused(peer: Peer, fields: dict[str, Any], reason: str) -> None:
    request = streams_pb2.PublishStreamMessageRequest(**{"topic": "t", "payload": b"x", **fields})
    code, said = await refused(peer.streams.publish(request, metadata=peer.metadata, timeout=PATIENCE))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert reason in said


@pytest.mark.parametrize("cursor", ["x", "-1", "1e3", "９", "9" * 19])
async def test_what_is_no_cursor_is_refused(peer: Peer, cursor: str) -> None:
    code, said = await refused(read(peer, 1, cursor=cursor))
    assert (code, "is no cursor of this engine" in said) == (grpc.StatusCode.INVALID_ARGUMENT, True)


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        ({"files": {"payload": ("p", b"")}}, 400, "the part payload is empty"),
        ({"files": {"other": ("p", b"x")}}, 400, "a form (multipart/form-data) with a part payload"),
        ({"content": b"x"}, 400, "a form (multipart/form-data) with a part payload"),
        ({"files": {"payload": ("p", b"x" * (65 << 20))}}, 413, "a payload has 67108864 bytes at most"),
    ],
)
async def test_what_is_no_payload_is_refused(rest: Rest, sent: dict[str, Any], status: int, reason: str) -> None:
    answer = await rest.http.post(f"{STABLE.format(tenant=rest.tenant)}/streams/payloads", **sent)
    assert (answer.status_code, reason in answer.text) == (status, True)

"""Which durable tasks give up their places, in what order, and what crosses their evictions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from hatchet import EvictionPolicy
from hatchet.context.durable_session import DurableSession
from hatchet.wire.durable_values import Invocation
from hatchet.worker import durable_stream, eviction
from hatchet.worker.durable_lines import Line, Suspended
from hatchet.worker.eviction import EvictionManager
from hatchet_api.grpc.v1 import dispatcher_pb2 as v1
from tests.worker.durable_scene import INVOCATION, RUN, Scene, ref

OTHER = "4f5c0d5e-0000-4000-8000-000000000002"
ACK = v1.DurableTaskEvictionAckResponse(durable_task_external_id=RUN, invocation_count=1)


@pytest.fixture
async def scene() -> AsyncGenerator[Scene, None]:
    scene = Scene()
    yield scene
    await scene.stream.stop()


async def until(is_so: Any) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0)


async def evicted(scene: Scene) -> None:
    """The task has been evicted."""
    sleeping = await scene.waiting()
    evicting = asyncio.ensure_future(scene.stream.evict(scene.stream.lines[0], "Wait TTL", at_rest=True))
    await scene.engine.request("evict_invocation")
    scene.engine.say(eviction_ack=ACK)
    assert await asyncio.wait_for(evicting, 20)
    with pytest.raises(Suspended):
        await sleeping


async def test_a_task_that_makes_another_call_is_evicted_after_it(scene: Scene) -> None:
    manager = EvictionManager(scene.stream, 100)
    await scene.waiting()
    draining = asyncio.ensure_future(manager.drain())
    scene.sleep()
    await scene.engine.request("wait_for")  # and no eviction before it
    assert scene.stream.lines[0].evicting is None
    scene.engine.ack_wait(2)
    asked = await scene.engine.request("evict_invocation")
    assert asked.reason == "Worker shutdown while waiting on sleep:1h"
    assert manager.evicted == 0
    scene.engine.say(eviction_ack=ACK)
    await until(lambda: scene.stream.lines == [])
    assert manager.evicted == 1
    draining.cancel()


async def test_an_eviction_is_asked_for_once_more_on_a_new_connection(scene: Scene) -> None:
    await scene.waiting()
    evicting = asyncio.ensure_future(scene.stream.evict(scene.stream.lines[0], "Wait TTL", at_rest=True))
    await scene.engine.request("evict_invocation")
    scene.engine.cut()
    again = await scene.engine.request("evict_invocation")
    assert (again.durable_task_external_id, again.invocation_count, again.reason) == (RUN, 1, "Wait TTL")
    assert scene.engine.connections == 2
    scene.engine.say(eviction_ack=ACK)
    assert await asyncio.wait_for(evicting, 20)


@pytest.mark.parametrize("at_rest", [True, False])
async def test_a_task_that_is_being_evicted_is_not_evicted_twice(scene: Scene, at_rest: bool) -> None:
    await scene.waiting()
    [line] = scene.stream.lines
    evicting = asyncio.ensure_future(scene.stream.evict(line, "Wait TTL", at_rest=True))
    await scene.engine.request("evict_invocation")
    assert not await scene.stream.evict(line, "another reason", at_rest=at_rest)
    scene.engine.say(eviction_ack=ACK)
    assert await asyncio.wait_for(evicting, 20)
    assert not await scene.stream.evict(line, "it is gone", at_rest=at_rest)
    assert [each.WhichOneof("message") for each in _left(scene) if each.HasField("evict_invocation")] == []


async def test_an_engine_that_does_not_answer_an_eviction_changes_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(durable_stream, "EVICTION_LIMIT", 0.05)
    sleeping = await scene.waiting()
    [line] = scene.stream.lines
    assert not await scene.stream.evict(line, "Wait TTL", at_rest=True)
    assert (line.evicting, line.settles, line.log.frozen) == (None, False, False)
    assert f"task run {RUN} could not be evicted: no answer" in caplog.messages
    scene.engine.complete(1)
    assert await asyncio.wait_for(sleeping, 20) == b"{}"


@pytest.mark.parametrize(
    "said",
    [
        {"eviction_ack": ACK},
        {"error": v1.DurableTaskErrorResponse(ref=ref(0), error_message="not now")},
        {"server_evict": v1.DurableTaskServerEvictNotice(durable_task_external_id=RUN, invocation_count=1)},
    ],
    ids=lambda said: next(iter(said)),
)
async def test_words_about_an_eviction_bring_nobody_back(scene: Scene, said: dict[str, Any]) -> None:
    await evicted(scene)
    scene.engine.say(**said)
    await until(lambda: scene.stream.unknown == 1)
    assert scene.engine.restored == []
    scene.engine.complete(1)  # which does, and once
    scene.engine.complete(1)
    await until(lambda: scene.stream.unknown == 3)
    await until(lambda: scene.engine.restored)
    assert scene.engine.restored == [RUN]


@pytest.mark.parametrize(("linger", "restored"), [(0.0, []), (60.0, [RUN])])
async def test_an_evicted_task_is_remembered_for_a_while(
    monkeypatch: pytest.MonkeyPatch, linger: float, restored: list[str]
) -> None:
    monkeypatch.setattr(durable_stream, "CARRIED_EVERY", 0.01)
    monkeypatch.setattr(durable_stream, "STATUS_EVERY", 0.01)
    monkeypatch.setattr(durable_stream, "LINGER", linger)
    scene = Scene()
    await evicted(scene)
    for _ in range(2):  # each begins after a look at what is remembered
        before = scene.stream._status_at
        await until(lambda: scene.stream._status_at != before)  # noqa: B023  # called before the next round
    scene.engine.complete(1)
    await until(lambda: scene.stream.unknown == 1)
    await asyncio.sleep(0)
    assert scene.engine.restored == restored
    await scene.stream.stop()


async def test_a_new_invocation_makes_the_eviction_of_the_one_before_forgotten(scene: Scene) -> None:
    await evicted(scene)
    other = DurableSession(Invocation(OTHER, 1), scene, is_async=True, message_limit=1000)
    scene.stream.open(other, "w", None)
    assert list(scene.stream._evicted) == [INVOCATION]
    scene.stream.open(DurableSession(Invocation(RUN, 2), scene, is_async=True, message_limit=1000), "w", None)
    assert scene.stream._evicted == {}
    assert [line.log.invocation for line in scene.stream.lines] == [Invocation(OTHER, 1), Invocation(RUN, 2)]


@pytest.mark.parametrize(("at_once", "sizes"), [(1, [1, 1, 1]), (2, [2, 1]), (3, [3]), (4, [3])])
async def test_a_status_holds_as_many_entries_as_the_engine_takes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, at_once: int, sizes: list[int]
) -> None:
    await scene.waiting()
    for node in (2, 3):
        scene.sleep()
        await scene.engine.request("wait_for")
        scene.engine.ack_wait(node)
    await until(lambda: scene.stream.lines[0].log.is_idle)
    _left(scene)
    monkeypatch.setattr(durable_stream, "ENTRIES", at_once)
    scene.stream._tell(scene.stream.lines)
    await until(lambda: not scene.stream._outbox)
    await asyncio.sleep(0)
    statuses = [each.worker_status for each in _left(scene)]
    assert [len(status.waiting_entries) for status in statuses] == sizes
    assert [entry.node_id for status in statuses for entry in status.waiting_entries] == [1, 2, 3]
    assert {status.worker_id for status in statuses} == {"w"}


async def test_a_long_history_is_told_of_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(durable_stream, "LONG_HISTORY", 2)
    told: list[int] = []
    await scene.waiting()
    for node in (2, 3, 4):
        told.append(sum("entries in its log" in message for message in caplog.messages))
        scene.sleep()
        await scene.engine.request("wait_for")
        scene.engine.ack_wait(node)
        await until(lambda: scene.stream.lines[0].log.is_idle)
    assert told == [0, 1, 1]
    told_of = [message for message in caplog.messages if "entries in its log" in message]
    assert told_of == [
        f"task run {RUN} has 2 entries in its log, and goes through all of them whenever it goes on; let a child do a "
        "part of it, or end it and start its successor"
    ]


def _left(scene: Scene) -> list[Any]:
    """What the engine was asked and nobody has looked at."""
    left: list[Any] = []
    while not scene.engine.asked.empty():
        left.append(scene.engine.asked.get_nowait())
    return left


class Waits(NamedTuple):
    """A task that has waited for so many seconds."""

    seconds: float
    ttl: float | None = None
    priority: int = 0
    makes_room: bool = True
    has_policy: bool = True
    is_going: bool = False


LONG = Waits(100)


@pytest.mark.parametrize(
    ("slots", "waiting", "due"),
    [
        (100, [Waits(5, ttl=5), Waits(5.5, ttl=5), Waits(4, ttl=5)], ["1 ttl"]),
        (100, [Waits(500, ttl=5, has_policy=False), Waits(500, ttl=5, is_going=True)], []),
        (100, [LONG, LONG], []),
        (2, [Waits(9.9), Waits(10)], ["1 room"]),
        (3, [LONG, LONG], []),
        (2, [LONG, Waits(100, is_going=True)], []),
        (2, [LONG, Waits(100, has_policy=False)], []),
        (2, [Waits(100, makes_room=False), LONG], ["1 room"]),
        (2, [Waits(100, makes_room=False), Waits(100, makes_room=False)], []),
        (1, [LONG, LONG], ["0 room"]),
        (19, [LONG] * 20, ["0 room"]),
        (20, [LONG] * 20, ["0 room", "1 room"]),
        (20, [LONG] * 18 + [Waits(100, priority=-1), Waits(101)], ["18 room", "19 room"]),
        (3, [Waits(50, ttl=40, priority=1), Waits(60, ttl=40), LONG], ["2 room", "1 ttl", "0 ttl"]),
        (3, [Waits(50, ttl=60), Waits(50), Waits(70, ttl=60)], ["2 ttl", "0 room"]),
    ],
)
async def test_those_are_evicted_that_wait_too_long_or_in_the_way(
    scene: Scene, slots: int, waiting: list[Waits], due: list[str]
) -> None:
    scene.stream.close(INVOCATION)
    now = 1000.0
    for number, each in enumerate(waiting):
        ttl = None if each.ttl is None else timedelta(seconds=each.ttl)
        policy = EvictionPolicy(ttl=ttl, priority=each.priority, allow_capacity_eviction=each.makes_room)
        session = DurableSession(Invocation(str(number), 1), scene, is_async=True, message_limit=1000)
        scene.stream.open(session, "w", policy if each.has_policy else None)
        line = scene.stream.lines[-1]
        line.idle_since = now - each.seconds
        line.evicting = asyncio.get_running_loop().create_future() if each.is_going else None
    found = EvictionManager(scene.stream, slots)._due(now)
    kinds = {"Wait TTL": "ttl", "Worker a": "room"}
    assert [f"{line.log.invocation.task_run_id} {kinds[reason[:8]]}" for line, reason in found] == due


async def test_so_many_evictions_are_under_way_at_a_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eviction, "UNDER_WAY", 1)
    monkeypatch.setattr(eviction, "TICK", 0.01)
    begun: list[str] = []
    goes_on = asyncio.Event()

    async def evict(line: Line, reason: str, *, at_rest: bool) -> bool:
        begun.append(line.log.invocation.task_run_id)
        await goes_on.wait()
        line.idle_since = None
        return True

    monkeypatch.setattr(scene.stream, "evict", evict)
    scene.stream.close(INVOCATION)
    policy = EvictionPolicy(ttl=timedelta(milliseconds=1))
    for number in range(3):
        session = DurableSession(Invocation(str(number), 1), scene, is_async=True, message_limit=1000)
        scene.stream.open(session, "w", policy)
        scene.stream.lines[-1].idle_since = number - 100.0
    manager = EvictionManager(scene.stream, 100)
    running = asyncio.ensure_future(manager.run())
    await until(lambda: begun)
    await asyncio.sleep(0)
    assert begun == ["0"]
    scene.stream.lines[1].idle_since = None  # it goes on meanwhile
    goes_on.set()
    await until(lambda: len(begun) == 2 and not manager._evicting)
    assert begun == ["0", "2"]
    assert manager.evicted == 2
    running.cancel()


async def test_an_eviction_that_fails_is_told_of(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def evict(line: Line, reason: str, *, at_rest: bool) -> bool:
        raise OSError("odd")

    monkeypatch.setattr(scene.stream, "evict", evict)
    await scene.waiting()
    manager = EvictionManager(scene.stream, 100)
    draining = asyncio.ensure_future(manager.drain())
    await until(lambda: caplog.records)
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "an eviction failed")
    assert record.exc_info is not None
    assert (str(record.exc_info[1]), manager.evicted, manager._evicting) == ("odd", 0, set())
    draining.cancel()

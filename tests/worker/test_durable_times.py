"""When a worker's stream of durable tasks says what: on a loop whose time jumps to the next timer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from hatchet import EvictionPolicy
from hatchet.context.durable_actions import Step
from hatchet.context.durable_session import DurableSession
from hatchet.errors import ApiError, DeadlineExceeded, HatchetError, Unavailable
from hatchet.wire.durable_values import Invocation, WaitRequest
from hatchet.worker import durable_stream, eviction
from hatchet.worker.durable_lines import Line, StreamState, Suspended
from hatchet.worker.eviction import EvictionManager
from hatchet_api.grpc.v1 import dispatcher_pb2 as v1
from tests.jumping import jumping, now, until
from tests.worker.durable_scene import INVOCATION, RUN, Scene, ref

ACK = v1.DurableTaskEvictionAckResponse(durable_task_external_id=RUN, invocation_count=1)


def timed(check: Callable[[Scene], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test with a worker, after whose end nothing goes on."""

    async def main() -> None:
        scene = Scene()
        try:
            await check(scene)
        finally:
            ended = now()
            await scene.stream.stop()
        for line in scene.stream.lines:  # as the code of each does it, at its end
            scene.stream.close(line.log.invocation)
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)
        assert now() == ended, "something runs on after the end of the worker"

    return jumping(main)


def heard(scene: Scene) -> list[str]:
    """What the engine was told since the last look."""
    told: list[str] = []
    while not scene.engine.asked.empty():
        told.append(words(scene.engine.asked.get_nowait()))
    return told


def words(request: v1.DurableTaskRequest) -> str:
    """A message in words."""
    kind = request.WhichOneof("message")
    match kind:
        case "register_worker":
            return f"register {request.register_worker.worker_id}"
        case "worker_status":
            status = request.worker_status
            waits = [f"{name(each)}={each.branch_id}/{each.node_id}" for each in status.waiting_entries]
            has = [f"{name(each)}={each.highest_received_satisfied_order}" for each in status.received_satisfied_orders]
            return " ".join([f"{status.worker_id} waits", *waits, *(["has", *has] if has else [])])
        case "evict_invocation":
            return f"evict {name(request.evict_invocation)} {request.evict_invocation.reason}"
        case "wait_for":
            return f"wait {name(request.wait_for)}"
        case _:
            return str(kind)


def name(message: Any) -> str:
    """The run and the invocation that a message is about."""
    return f"{message.durable_task_external_id.removeprefix(RUN) or 'run'}.{message.invocation_count}"


@timed
async def test_the_engine_hears_every_five_seconds_what_is_waited_for(scene: Scene) -> None:
    await scene.waiting()
    told: dict[int, list[str]] = {}
    for second in range(1, 13):
        await until(second)
        if said := heard(scene):
            told[second] = said
    assert told == {second: ["w waits run.1=1/1"] for second in (1, 6, 11)}


@timed
async def test_the_engine_hears_each_second_of_those_that_an_earlier_connection_had(scene: Scene) -> None:
    await scene.waiting()
    await until(1)
    scene.stream.open(session(scene, "later"), "w", None)
    scene.engine.cut()
    await until(1.5)
    heard(scene)
    waits(scene, scene.stream.lines[1], 1)
    told: dict[int, list[str]] = {}
    for second in range(2, 9):
        await until(second)
        told[second] = heard(scene)
    one, both = ["w waits run.1=1/1"], ["w waits run.1=1/1 later.1=1/1"]
    assert told == {2: ["wait later.1", *one], 3: one, 4: one, 5: one, 6: both, 7: one, 8: one}


@timed
async def test_while_there_is_no_connection_nothing_is_told(scene: Scene) -> None:
    await scene.waiting()
    scene.stream.state = StreamState.LOST
    heard(scene)
    await until(20)
    assert heard(scene) == []
    scene.stream.state = StreamState.OPEN
    await until(21)
    assert heard(scene) == ["w waits run.1=1/1"]


@timed
async def test_a_request_has_a_minute(scene: Scene) -> None:
    await until(0.5)
    sleeping = scene.sleep()
    with pytest.raises(DeadlineExceeded, match="within 60 s"):
        await sleeping
    assert now() == 61.0


@timed
async def test_a_request_that_was_answered_waits_as_long_as_it_takes(scene: Scene) -> None:
    sleeping = await scene.waiting()
    await until(300)
    second = scene.sleep()  # which has a minute of its own
    await until(355)
    scene.engine.ack_wait(2)
    await until(600)
    assert (sleeping.done(), second.done()) == (False, False)
    scene.engine.complete(2)
    assert await second == b"{}"


@timed
async def test_a_request_in_doubt_has_the_time_of_an_eviction(scene: Scene) -> None:
    sleeping = scene.sleep()
    await until(40)
    scene.engine.cut()
    await until(41)
    assert heard(scene)[-1] == "evict run.1 The connection was lost while a request was on its way"
    await until(65)  # more than a minute after the request
    assert not sleeping.done()
    scene.engine.say(eviction_ack=ACK)
    with pytest.raises(Suspended):
        await sleeping


@timed
async def test_a_request_in_doubt_that_is_answered_after_all_goes_on(scene: Scene) -> None:
    sleeping = scene.sleep()
    await until(1)
    scene.engine.cut()
    await until(2)
    scene.engine.ack_wait(1)
    await until(100)  # of the eviction the engine says nothing
    assert not sleeping.done()
    scene.engine.complete(1)
    assert await sleeping == b"{}"


@timed
async def test_a_task_that_cannot_begin_anew_fails_after_half_a_minute(scene: Scene) -> None:
    sleeping = scene.sleep()
    await until(1)
    scene.engine.cut()
    with pytest.raises(DeadlineExceeded, match="within 30 s"):
        await sleeping
    assert 31 < now() < 31.5


@timed
async def test_a_task_that_goes_on_elsewhere_meanwhile_is_left_alone(scene: Scene) -> None:
    sleeping = scene.sleep()
    await until(1)
    scene.engine.cut()
    await until(2)
    [line] = scene.stream.lines
    offered: list[object] = []
    scene.session.offer = offered.append  # type: ignore[method-assign, assignment]
    scene.stream.open(session(scene, "", 2), "w", None)
    with pytest.raises(Suspended):
        await sleeping
    await until(40)
    assert (offered, line.log.is_waiting_for_ack) == ([], True)


@timed
async def test_an_eviction_has_half_a_minute(scene: Scene) -> None:
    await scene.waiting()
    [line] = scene.stream.lines
    assert not await scene.stream.evict(line, "Wait TTL", at_rest=False)
    assert now() == 30.0
    assert line.log.frozen is False


@timed
async def test_code_that_does_not_come_to_rest_is_not_evicted(scene: Scene) -> None:
    await scene.waiting()
    [line] = scene.stream.lines
    never: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def comes_to_rest() -> int:
        return await never

    line.session.comes_to_rest = comes_to_rest  # type: ignore[method-assign]
    line.log.frozen = True  # as `always_replay` does it
    asked = asyncio.ensure_future(scene.stream.evict(line, "Wait TTL", at_rest=True))
    await asyncio.sleep(0)
    assert (line.settles, await scene.stream.evict(line, "again", at_rest=True)) == (True, False)
    assert await asked is False
    assert (now(), line.settles, line.log.frozen, line.evicting) == (30.0, False, False, None)
    assert [each for each in heard(scene) if "evict" in each] == []


@timed
async def test_an_evicted_task_is_remembered_for_ten_seconds(scene: Scene) -> None:
    sleeping = await scene.waiting()
    for late, restored in ((9, 1), (12, 1)):
        if late == 12:
            scene.stream.open(scene.session, "w", None)
            waits(scene, scene.stream.lines[0], 1)
        began = now()
        evicting = asyncio.ensure_future(scene.stream.evict(scene.stream.lines[0], "Wait TTL", at_rest=False))
        await asyncio.sleep(0)
        scene.engine.say(eviction_ack=ACK)
        assert await evicting
        await until(began + late)
        scene.engine.complete(1)
        await until(began + late + 1)
        assert len(scene.engine.restored) == restored
    assert scene.stream._evicted == {}
    with pytest.raises(Suspended):
        await sleeping


@timed
async def test_what_is_lost_is_counted_once_for_each_connection(scene: Scene) -> None:
    await scene.waiting()
    for lost in (1, 2):
        scene.engine.cut()
        await until(lost * 10)
        assert (scene.stream.reconnects, scene.engine.connections) == (lost, lost + 1)
    scene.engine.durable_tasks = refuses  # type: ignore[method-assign]
    scene.engine.cut()
    await until(60)
    assert (scene.stream.reconnects, scene.stream.state) == (3, StreamState.LOST)


def refuses(requests: object) -> Any:
    raise Unavailable("down", code="UNAVAILABLE", call="DurableTask")


@timed
async def test_a_task_that_ends_while_it_is_evicted_was_not(scene: Scene) -> None:
    sleeping = await scene.waiting()
    [line] = scene.stream.lines
    evicting = asyncio.ensure_future(scene.stream.evict(line, "Wait TTL", at_rest=False))
    await asyncio.sleep(0)
    scene.stream.close(INVOCATION)
    scene.stream.close(INVOCATION)  # which is over
    sleeping.cancel()
    assert await evicting is False
    assert (now(), scene.over, scene.stream.lines, scene.stream._evicted) == (0.0, [], [], {})


@timed
async def test_a_task_that_ends_just_as_it_was_evicted_is_let_go(scene: Scene) -> None:
    sleeping = await scene.waiting()
    [line] = scene.stream.lines
    evicting = asyncio.ensure_future(scene.stream.evict(line, "Wait TTL", at_rest=False))
    await asyncio.sleep(0)
    for _ in range(2):  # the second changes nothing
        scene.stream._receive(v1.DurableTaskResponse(eviction_ack=ACK))
    scene.stream.close(INVOCATION)
    assert await evicting is True
    with pytest.raises(Suspended):
        await sleeping


@timed
async def test_an_invocation_that_begins_once_more_here_is_not_over(scene: Scene) -> None:
    scene.stream.open(session(scene, ""), "w", None)
    assert (scene.over, [line.log.invocation for line in scene.stream.lines]) == ([], [INVOCATION])


@pytest.mark.parametrize("error", [None, Unavailable("down", code="UNAVAILABLE", call="RestoreEvictedTask")])
def test_a_task_that_cannot_be_brought_back_is_told_of(
    error: ApiError | None, caplog: pytest.LogCaptureFixture
) -> None:
    async def restore(task_run_id: str) -> None:
        if error is not None:
            raise error

    async def check(scene: Scene) -> None:
        scene.engine.restore_evicted = restore  # type: ignore[method-assign]
        sleeping = await scene.waiting()
        [line] = scene.stream.lines
        evicting = asyncio.ensure_future(scene.stream.evict(line, "Wait TTL", at_rest=False))
        await asyncio.sleep(0)
        scene.engine.complete(1)
        scene.engine.say(eviction_ack=ACK)
        assert await evicting
        with pytest.raises(Suspended):
            await sleeping
        await until(1)

    timed(check)()
    told = [f"evicted task run {RUN} could not be brought back: {error}"] if error is not None else []
    assert caplog.messages == told


# -- what a new connection needs


def session(scene: Scene, run: str, number: int = 1) -> DurableSession:
    return DurableSession(Invocation(f"{RUN}{run}", number), scene, is_async=True, message_limit=1000)


def asks(scene: Scene, line: Line, number: int) -> None:
    """The code of a task makes its so-manieth call, which waits for something."""
    line.session._latest = number
    scene.stream.act(line.session, lambda log: log.call(number, [WaitRequest(())], Step(f"a wait for {number}")))


def of(line: Line, node: int) -> v1.DurableEventLogEntryRef:
    invocation = line.log.invocation
    return v1.DurableEventLogEntryRef(
        durable_task_external_id=invocation.task_run_id, invocation_count=invocation.number, branch_id=1, node_id=node
    )


def waits(scene: Scene, line: Line, *nodes: int) -> None:
    """It waits, and the engine has acknowledged it."""
    for node in nodes:
        asks(scene, line, node)
        ack = v1.DurableTaskEventWaitForAckResponse(ref=of(line, node))
        scene.stream._receive(v1.DurableTaskResponse(wait_for_ack=ack))


def completed(scene: Scene, line: Line, node: int, order: int | None) -> None:
    """What it waits for has happened, and its code has gone on."""
    entry = v1.DurableTaskEventLogEntryCompletedResponse(ref=of(line, node), payload=b"{}", satisfied_order=order)
    scene.stream._receive(v1.DurableTaskResponse(entry_completed=entry))
    scene.stream.act(line.session, lambda log: log.handed())


def opened(scene: Scene, *runs: str) -> list[Line]:
    scene.stream.close(INVOCATION)
    for run in runs:
        scene.stream.open(session(scene, run), f"worker of {run}"[-1] if run != "other" else "x", None)
    return scene.stream.lines


def left(scene: Scene) -> list[str]:
    return [words(item.message) for item in scene.stream._outbox]


@timed
async def test_a_new_connection_is_told_of_all_and_then_of_what_was_not_sent(scene: Scene) -> None:
    plain, counted, unsent, evicted, doubted, new = opened(scene, "a", "b", "c", "d", "e", "other")
    waits(scene, plain, 1, 2)
    completed(scene, plain, 1, None)
    waits(scene, counted, 1, 2)
    completed(scene, counted, 1, 7)
    waits(scene, evicted, 1)
    waits(scene, doubted, 1)
    asks(scene, doubted, 2)
    doubted.log.sent()
    for line in scene.stream.lines:
        line.asked_at = 1.0
    scene.stream._outbox.clear()
    scene.stream._tell(scene.stream.lines)
    asks(scene, unsent, 1)
    evicted.evicting, evicted.reason = asyncio.get_running_loop().create_future(), "Wait TTL"
    for _ in range(2):  # which loses nothing of what it has put there itself, but for the second eviction
        scene.stream._begin()
        evicted.evicting = None
        assert left(scene)[:9] == [
            "register a", "register b", "register c", "register d", "register e", "register x",
            "a waits a.1=1/1 a.1=1/2", "b waits b.1=1/2 has b.1=7", "d waits d.1=1/1",
        ]  # fmt: skip
    assert left(scene)[9:] == ["e waits e.1=1/1", "wait c.1", "evict d.1 Wait TTL"]
    assert [(line.is_carried, line.asked_at) for line in scene.stream.lines] == [
        (True, None), (True, None), (False, None), (True, None), (True, None), (False, None),
    ]  # fmt: skip
    assert new.log.entries.unfinished == []


@timed
async def test_what_is_told_of_many_is_told_in_parts_with_what_they_have(scene: Scene) -> None:
    one, two, other = opened(scene, "a", "b", "other")
    one.worker_id = two.worker_id = "w"
    for line, nodes, order in ((one, (1, 2, 3, 4), 5), (two, (1, 2), None), (other, (1, 2), 9)):
        waits(scene, line, *nodes)
        completed(scene, line, 1, order)
    scene.stream._outbox.clear()
    durable_stream_entries, durable_stream.ENTRIES = durable_stream.ENTRIES, 2
    try:
        scene.stream._tell(scene.stream.lines)
    finally:
        durable_stream.ENTRIES = durable_stream_entries
    assert left(scene) == [
        "w waits a.1=1/2 a.1=1/3 has a.1=5",
        "w waits a.1=1/4 b.1=1/2 has a.1=5",
        "x waits other.1=1/2 has other.1=9",
    ]
    assert {item.is_of_connection for item in scene.stream._outbox} == {True}


@timed
async def test_the_end_of_the_worker_ends_all_at_once(scene: Scene) -> None:
    sleeping = await scene.waiting()
    await scene.stream.stop()
    with pytest.raises(HatchetError, match="worker test ends"):
        await sleeping
    assert (now(), scene.stream.state) == (0.0, StreamState.CLOSED)
    await scene.stream.stop()  # which it has


@timed
async def test_words_that_nobody_knows_are_passed_by(scene: Scene) -> None:
    sleeping = await scene.waiting()
    scene.engine.says.put_nowait(v1.DurableTaskResponse())
    scene.engine.say(error=v1.DurableTaskErrorResponse(ref=ref(0), error_message="of nothing that was asked"))
    scene.engine.complete(1)
    assert await sleeping == b"{}"
    assert (scene.stream.state, scene.stream.unknown) == (StreamState.OPEN, 0)


# -- evictions


def waited(scene: Scene, run: str, policy: EvictionPolicy | None) -> Line:
    """A task that waits from now on."""
    scene.stream.open(session(scene, run), "w", policy)
    line = scene.stream.lines[-1]
    waits(scene, line, 1)
    return line


def evicted(scene: Scene) -> list[tuple[float, str]]:
    """When which evictions were asked for."""
    return [(now(), each) for each in heard(scene) if each.startswith("evict")]


@timed
async def test_those_that_wait_are_looked_at_each_second(scene: Scene) -> None:
    scene.stream.close(INVOCATION)
    manager = EvictionManager(scene.stream, 100)
    running = asyncio.ensure_future(manager.run())
    first = waited(scene, "a", EvictionPolicy(ttl=timedelta(seconds=5)))
    waited(scene, "b", EvictionPolicy(ttl=timedelta(seconds=2)))
    waited(scene, "c", None)
    told: list[tuple[float, str]] = []
    for second in range(1, 10):
        await until(second)
        told += evicted(scene)
        if second == 4:
            first.idle_since = None  # it has gone on
        if second == 5:
            first.idle_since = asyncio.get_running_loop().time() - 3
    words = "exceeded while waiting on 1"
    assert told == [
        (3.01, f"evict b.1 Wait TTL (0:00:02) {words}"),
        (8.01, f"evict a.1 Wait TTL (0:00:05) {words}"),
    ]
    running.cancel()
    await asyncio.wait([running])


@timed
async def test_a_worker_that_ends_evicts_all_that_wait_and_those_that_come_to_wait(scene: Scene) -> None:
    scene.stream.close(INVOCATION)
    manager = EvictionManager(scene.stream, 100)
    waited(scene, "a", None)
    scene.stream.open(session(scene, "b"), "w", None)
    draining = asyncio.ensure_future(manager.drain())
    await until(1)
    assert evicted(scene) == [(1.01, "evict a.1 Worker shutdown while waiting on 1")]
    waits(scene, scene.stream.lines[1], 1)
    await until(2)
    assert evicted(scene) == [(2.01, "evict b.1 Worker shutdown while waiting on 1")]
    for run in "ab":
        ack = v1.DurableTaskEvictionAckResponse(durable_task_external_id=f"{RUN}{run}", invocation_count=1)
        scene.stream._receive(v1.DurableTaskResponse(eviction_ack=ack))
    await until(3)
    assert (manager.evicted, scene.stream.lines, manager._evicting) == (2, [], set())
    draining.cancel()
    await asyncio.wait([draining])


@timed
async def test_always_each_new_wait_begins_a_task_anew_and_none_twice(scene: Scene) -> None:
    scene.stream.close(INVOCATION)
    manager = EvictionManager(scene.stream, 100, always_replay=True)
    line = waited(scene, "a", None)
    assert (line.log.frozen, scene.stream.rested(line), line.log.frozen) == (True, False, True)
    await until(1)
    assert evicted(scene) == [(1.01, "evict a.1 always_replay, while waiting on 1")]
    ack = v1.DurableTaskEvictionAckResponse(durable_task_external_id=f"{RUN}a", invocation_count=1)
    scene.stream._receive(v1.DurableTaskResponse(eviction_ack=ack))
    await until(2)
    scene.stream.open(session(scene, "a", 2), "w", None)
    line = scene.stream.lines[0]
    waits(scene, line, 1)
    await until(3)
    assert (evicted(scene), line.log.frozen) == ([], False), "this wait is known"
    waits(scene, line, 2)
    await until(4)
    assert evicted(scene) == [(4.01, "evict a.2 always_replay, while waiting on 1, 2")]
    assert list(manager._replayed) == [f"{RUN}a"]
    limit, eviction.REMEMBERED = eviction.REMEMBERED, 2
    try:
        for run in "bca":
            if run == "a":
                scene.stream.rested(line)
            else:
                waited(scene, run, None)
        assert list(manager._replayed) == [f"{RUN}c", f"{RUN}a"]
    finally:
        eviction.REMEMBERED = limit

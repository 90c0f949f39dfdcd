"""The stream of a worker's durable tasks, against an engine that says what a test wants it to say."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncGenerator

import pytest

from hatchet.context.durable_session import DurableSession
from hatchet.errors import ApiError, DeadlineExceeded, HatchetError, PermissionDenied, Unsupported
from hatchet.wire.durable_values import Invocation
from hatchet.worker import durable_stream
from hatchet.worker.durable_lines import StreamState, Suspended
from hatchet.worker.eviction import EvictionManager
from hatchet_api.grpc.v1 import dispatcher_pb2 as v1
from tests.worker.durable_scene import INVOCATION, RUN, Scene, ref


@pytest.fixture
async def scene() -> AsyncGenerator[Scene, None]:
    scene = Scene()
    yield scene
    await scene.stream.stop()


async def test_a_task_goes_on_when_its_wait_is_over(scene: Scene) -> None:
    sleeping = await scene.waiting()
    scene.engine.complete(1)
    assert await asyncio.wait_for(sleeping, 20) == b"{}"
    assert scene.stream.state is StreamState.OPEN


async def test_a_new_connection_is_told_at_once_what_is_waited_for(scene: Scene) -> None:
    sleeping = await scene.waiting()
    scene.engine.cut()
    async with asyncio.timeout(20):
        while True:
            request = await scene.engine.asked.get()
            if request.WhichOneof("message") == "worker_status" and scene.engine.connections == 2:
                break
    assert [entry.node_id for entry in request.worker_status.waiting_entries] == [1]
    scene.engine.complete(1)
    assert await asyncio.wait_for(sleeping, 20) == b"{}"
    assert scene.stream.reconnects == 1


@pytest.mark.parametrize(("failures", "told"), [(1, 0), (2, 1), (4, 1)])
async def test_a_stream_that_fails_again_and_again_is_told_of_once(
    scene: Scene, caplog: pytest.LogCaptureFixture, failures: int, told: int
) -> None:
    await scene.waiting()
    for _ in range(failures):
        scene.engine.cut()
    async with asyncio.timeout(20):
        while scene.stream.state is not StreamState.OPEN or scene.engine.connections <= failures:
            await asyncio.sleep(0.01)
    said = [each.getMessage() for each in caplog.records if "has no stream for its durable" in each.getMessage()]
    assert len(said) == told


async def test_a_request_in_doubt_begins_the_task_anew(scene: Scene) -> None:
    sleeping = scene.sleep()
    await scene.engine.request("wait_for")
    scene.engine.cut()
    evicted = await scene.engine.request("evict_invocation")
    assert (evicted.durable_task_external_id, evicted.invocation_count) == (RUN, 1)
    scene.engine.say(eviction_ack=v1.DurableTaskEvictionAckResponse(durable_task_external_id=RUN, invocation_count=1))
    with pytest.raises(Suspended):
        await asyncio.wait_for(sleeping, 20)
    assert scene.over == [INVOCATION]
    assert scene.engine.restored == [RUN]
    assert scene.stream.lines == []


async def test_a_request_in_doubt_fails_the_attempt_where_it_cannot_begin_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable_stream, "EVICTION_LIMIT", 0.1)
    sleeping = scene.sleep()
    await scene.engine.request("wait_for")
    scene.engine.cut()
    await scene.engine.request("evict_invocation")
    with pytest.raises(DeadlineExceeded, match=r"did not answer a wait for sleep:1h .* within 0\.1 s"):
        await asyncio.wait_for(sleeping, 20)
    assert scene.engine.restored == []


async def test_an_engine_that_does_not_answer_fails_the_attempt(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable_stream, "ACK_LIMIT", 0.1)
    sleeping = scene.sleep()
    with pytest.raises(DeadlineExceeded, match=r"did not answer a wait for sleep:1h at .*durable_scene.py"):
        await asyncio.wait_for(sleeping, 20)
    with pytest.raises(DeadlineExceeded):
        await asyncio.wait_for(scene.sleep(), 20)


async def test_an_invocation_that_is_over_ends_without_a_report(scene: Scene) -> None:
    sleeping = await scene.waiting()
    scene.engine.say(
        server_evict=v1.DurableTaskServerEvictNotice(
            durable_task_external_id=RUN, invocation_count=1, reason="stale invocation"
        )
    )
    with pytest.raises(Suspended):
        await asyncio.wait_for(sleeping, 20)
    assert scene.over == [INVOCATION]
    with pytest.raises(Suspended):
        await asyncio.wait_for(scene.sleep(), 20)


async def test_a_new_invocation_ends_the_one_before(scene: Scene) -> None:
    sleeping = await scene.waiting()
    scene.stream.open(DurableSession(Invocation(RUN, 2), scene, is_async=True, message_limit=1000), "w", None)
    with pytest.raises(Suspended):
        await asyncio.wait_for(sleeping, 20)
    assert [line.log.invocation.number for line in scene.stream.lines] == [2]


async def test_an_evicted_task_leaves_nothing_and_comes_back_for_what_crossed_its_eviction(scene: Scene) -> None:
    sleeping = await scene.waiting()
    evicting = asyncio.ensure_future(scene.stream.evict(scene.stream.lines[0], "Wait TTL", at_rest=True))
    assert (await scene.engine.request("evict_invocation")).reason == "Wait TTL"
    scene.engine.say(eviction_ack=v1.DurableTaskEvictionAckResponse(durable_task_external_id=RUN, invocation_count=1))
    assert await asyncio.wait_for(evicting, 20)
    with pytest.raises(Suspended):
        await sleeping
    assert scene.stream.lines == []
    assert scene.engine.restored == []
    scene.engine.complete(1)  # it was on its way
    async with asyncio.timeout(20):
        while not scene.engine.restored:
            await asyncio.sleep(0)
    assert scene.engine.restored == [RUN]


async def test_the_engine_is_told_what_has_come_before_a_task_is_evicted(scene: Scene) -> None:
    first = await scene.waiting()
    scene.engine.complete(1, order=1)
    await asyncio.wait_for(first, 20)
    scene.sleep()
    await scene.engine.request("wait_for")
    scene.engine.ack_wait(2)
    async with asyncio.timeout(20):
        while not scene.stream.lines[0].log.is_idle:
            await asyncio.sleep(0)
    while not scene.engine.asked.empty():
        scene.engine.asked.get_nowait()
    evicting = asyncio.ensure_future(scene.stream.evict(scene.stream.lines[0], "Wait TTL", at_rest=True))
    status = (await scene.engine.asked.get()).worker_status
    assert [entry.node_id for entry in status.waiting_entries] == [2]
    assert [each.highest_received_satisfied_order for each in status.received_satisfied_orders] == [1]
    await scene.engine.request("evict_invocation")
    evicting.cancel()


async def test_what_comes_while_the_engine_evicts_brings_the_task_back(scene: Scene) -> None:
    await scene.waiting()
    evicting = asyncio.ensure_future(scene.stream.evict(scene.stream.lines[0], "Wait TTL", at_rest=True))
    await scene.engine.request("evict_invocation")
    scene.engine.complete(1)
    scene.engine.say(eviction_ack=v1.DurableTaskEvictionAckResponse(durable_task_external_id=RUN, invocation_count=1))
    assert await asyncio.wait_for(evicting, 20)
    async with asyncio.timeout(20):
        while not scene.engine.restored:
            await asyncio.sleep(0)


async def test_an_eviction_that_the_engine_refuses_changes_nothing(scene: Scene) -> None:
    sleeping = await scene.waiting()
    evicting = asyncio.ensure_future(scene.stream.evict(scene.stream.lines[0], "Wait TTL", at_rest=True))
    await scene.engine.request("evict_invocation")
    scene.engine.complete(1)
    scene.engine.say(error=v1.DurableTaskErrorResponse(ref=ref(0), error_message="not now"))
    assert not await asyncio.wait_for(evicting, 20)
    assert await asyncio.wait_for(sleeping, 20) == b"{}"


async def test_runs_that_wait_are_evicted_by_their_policies() -> None:
    scene = Scene()
    manager = EvictionManager(scene.stream, 100)
    running = asyncio.ensure_future(manager.run())
    try:
        await scene.waiting()
        evicted = await scene.engine.request("evict_invocation")
        assert evicted.reason == "Wait TTL (0:00:00.001000) exceeded while waiting on sleep:1h"
    finally:
        running.cancel()
        await scene.stream.stop()


async def test_the_end_of_the_worker_ends_every_wait(scene: Scene) -> None:
    sleeping = await scene.waiting()
    await scene.stream.stop()
    with pytest.raises(HatchetError, match="worker test ends"):
        await asyncio.wait_for(sleeping, 20)
    assert scene.stream.state is StreamState.CLOSED


@pytest.mark.parametrize(
    ("error", "words"),
    [(Unsupported("no such method", code="UNIMPLEMENTED", call="DurableTask"), "need an engine of v0.80.0 or newer")],
)
async def test_an_engine_without_the_stream_is_named(scene: Scene, error: ApiError, words: str) -> None:
    sleeping = scene.sleep()
    scene.engine.says.put_nowait(error)
    with pytest.raises(type(error), match=words):
        await asyncio.wait_for(sleeping, 20)


def test_programs_without_durable_tasks_load_none_of_this() -> None:
    program = (
        "import sys\nfrom hatchet import Context, EmptyModel, Hatchet\nhatchet = Hatchet.from_embedded(None)\n"
        "@hatchet.task()\nasync def plain(input: EmptyModel, ctx: Context) -> int:\n    return 1\n"
        "with hatchet.worker('plain', workflows=[plain]):\n    assert plain.run() == 1\n"
        "print([name for name in sys.modules if name.startswith('hatchet.') and 'durable' in name"
        " and not name.startswith('hatchet.engine')])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("is_carried", [True, False])
async def test_an_engine_hears_again_what_is_waited_for_and_more_often_after_a_cut(
    monkeypatch: pytest.MonkeyPatch, is_carried: bool
) -> None:
    """An engine sends nothing by itself to those of an earlier connection."""
    monkeypatch.setattr(durable_stream, "CARRIED_EVERY", 0.01)
    monkeypatch.setattr(durable_stream, "STATUS_EVERY", float("inf") if is_carried else 0.01)
    scene = Scene()
    await scene.waiting()
    scene.stream.lines[0].is_carried = is_carried  # whether it is from an earlier connection
    heard = 0
    async with asyncio.timeout(20):
        while heard < 4:  # two at most tell of a new connection
            request = await scene.engine.asked.get()
            if request.WhichOneof("message") == "worker_status":
                assert [entry.node_id for entry in request.worker_status.waiting_entries] == [1]
                heard += 1
    await scene.stream.stop()


async def test_a_fault_of_the_stream_itself_ends_the_waits_and_is_logged(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    sleeping = await scene.waiting()
    scene.engine.says.put_nowait(ValueError("a fault"))
    with pytest.raises(ValueError, match="a fault"):
        await asyncio.wait_for(sleeping, 20)
    await asyncio.sleep(0)
    assert [each.getMessage() for each in caplog.records] == ["background task durable tasks of worker test failed"]
    assert (scene.stream._runner, scene.stream.state) == (None, StreamState.OPEN)
    assert scene.stream._ticker is not None
    assert scene.stream._ticker.cancelling() == 1


async def test_what_the_engine_refuses_for_good_is_no_fault_of_the_stream(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    sleeping = await scene.waiting()
    refusal = PermissionDenied("not you", code="PERMISSION_DENIED", call="DurableTask")
    scene.engine.says.put_nowait(refusal)
    with pytest.raises(PermissionDenied, match="not you"):
        await asyncio.wait_for(sleeping, 20)
    await asyncio.sleep(0)
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == []
    assert scene.engine.connections == 1


async def test_what_comes_for_nobody_is_counted(scene: Scene) -> None:
    await scene.waiting()
    assert scene.stream.unknown == 0
    other = v1.DurableEventLogEntryRef(durable_task_external_id=RUN, invocation_count=9, branch_id=1, node_id=1)
    for number in (1, 2):
        scene.engine.say(entry_completed=v1.DurableTaskEventLogEntryCompletedResponse(ref=other, payload=b"{}"))
        async with asyncio.timeout(20):
            while scene.stream.unknown != number:
                await asyncio.sleep(0)
    assert (scene.engine.restored, len(scene.stream)) == ([], 1)


@pytest.mark.parametrize(("most", "told"), [(1, 1), (2, 0)])
async def test_a_log_that_grows_long_is_told_of_once(
    most: int, told: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(durable_stream, "LONG_HISTORY", most)
    scene = Scene()
    sleeping = await scene.waiting()
    scene.engine.complete(1)
    await asyncio.wait_for(sleeping, 20)
    said = [each.getMessage() for each in caplog.records]
    assert said == [
        f"task run {RUN} has {most} entries in its log, and goes through all of them whenever it goes on; let a child "
        "do a part of it, or end it and start its successor"
    ] * told  # fmt: skip
    await scene.stream.stop()


async def test_of_many_waits_the_engine_is_told_in_parts(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable_stream, "ENTRIES", 2)
    sleeping = [scene.sleep() for _ in range(5)]
    for node in range(1, 6):
        await scene.engine.request("wait_for")
        scene.engine.ack_wait(node)
    async with asyncio.timeout(20):
        while len(scene.stream.lines[0].log.entries.unfinished) < 5:
            await asyncio.sleep(0)
    while not scene.engine.asked.empty():
        scene.engine.asked.get_nowait()
    scene.stream._tell(scene.stream.lines)
    parts: list[list[int]] = []
    async with asyncio.timeout(20):
        while sum(map(len, parts)) < 5:
            request = await scene.engine.asked.get()
            assert request.worker_status.worker_id == "w"
            parts.append([entry.node_id for entry in request.worker_status.waiting_entries])
    assert parts == [[1, 2], [3, 4], [5]]
    for each in sleeping:
        each.cancel()


async def test_without_a_stream_that_goes_on_a_task_ends_as_it_begins(scene: Scene) -> None:
    await scene.stream.stop()
    before = scene.engine.connections
    session = DurableSession(INVOCATION, scene, is_async=True, message_limit=1_000_000)
    scene.session = session
    scene.stream.open(session, "w", None)
    with pytest.raises(HatchetError) as caught:
        await asyncio.wait_for(scene.sleep(), 20)
    assert str(caught.value) == ("worker test ends, and with it what its durable tasks wait for; they go on elsewhere")
    assert scene.engine.connections == before


async def test_a_worker_is_named_once_on_each_connection(scene: Scene) -> None:
    await scene.waiting()
    for worker_id, added in (("w", 0), ("other", 1), ("other", 0)):
        before = len(scene.stream._outbox)
        scene.stream._register(worker_id)
        assert len(scene.stream._outbox) == before + added


@pytest.mark.parametrize("at_rest", [True, False])
async def test_what_was_not_evicted_can_be_evicted_later(
    scene: Scene, at_rest: bool, caplog: pytest.LogCaptureFixture
) -> None:
    sleeping = await scene.waiting()
    (line,) = scene.stream.lines
    for answer in ("refused", "evicted"):
        evicting = asyncio.ensure_future(scene.stream.evict(line, "Wait TTL", at_rest=at_rest))
        await scene.engine.request("evict_invocation")
        assert await scene.stream.evict(line, "again", at_rest=at_rest) is False, "it is on its way"
        if answer == "refused":
            scene.engine.say(error=v1.DurableTaskErrorResponse(ref=ref(0), error_message="not now"))
        else:
            acknowledged = v1.DurableTaskEvictionAckResponse(durable_task_external_id=RUN, invocation_count=1)
            scene.engine.say(eviction_ack=acknowledged)
        assert await asyncio.wait_for(evicting, 20) is (answer == "evicted")
        assert (line.evicting, line.settles, line.log.frozen) == (None, False, answer == "evicted")
    with pytest.raises(Suspended):
        await sleeping
    assert await scene.stream.evict(line, "Wait TTL", at_rest=False) is False, "it is gone"
    warned = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert warned == [f"task run {RUN} was not evicted: not now"]


async def test_an_eviction_without_an_answer_is_given_up(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.waiting()
    (line,) = scene.stream.lines
    monkeypatch.setattr(durable_stream, "EVICTION_LIMIT", 0.01)
    assert await scene.stream.evict(line, "Wait TTL", at_rest=False) is False
    assert (line.evicting, line.log.frozen, scene.stream.lines) == (None, False, [line])
    assert [each.getMessage() for each in caplog.records] == [f"task run {RUN} could not be evicted: no answer"]

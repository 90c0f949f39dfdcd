"""What has ended is deleted by age, number and size; what runs or waits never is, and the file gives space back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import grpc.aio
import pytest

from hatchet.engine import EmbeddedEngine, EngineSettings, MovableClock
from hatchet.engine.storage import retention
from hatchet_api.grpc import events_pb2
from hatchet_api.grpc.v1 import streams_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.peer import PATIENCE, Peer, connected, payload, push, task
from tests.engine.rest_peer import Rest

DAY = 86_400.0


@asynccontextmanager
async def kept(
    data: Path | None, clock: MovableClock, settings: EngineSettings
) -> AsyncIterator[tuple[EmbeddedEngine, Peer]]:
    engine = EmbeddedEngine(data, clock=clock, settings=settings)
    async with connected(await engine.start()) as peer:
        yield engine, peer
    await engine.stop(grace=0.1)


def rows(engine: EmbeddedEngine, table: str) -> int:
    assert engine._hub is not None
    return int(engine._hub.store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def until(clock: MovableClock, condition: Callable[[], bool]) -> None:
    """Let time pass, a second a step, until the engine has done something by itself."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            clock.advance(1)
            await asyncio.sleep(0)


async def known(peer: Peer, run_id: str) -> bool:
    try:
        await peer.details(run_id)
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.NOT_FOUND:
            raise
        return False
    return True


async def done(peer: Peer, count: int, *, pad: int = 0) -> list[str]:
    """So many runs that have ended, with logs, by one worker."""
    await peer.put("work")
    worker = await peer.worker("work:work")
    ids: list[str] = []
    for number in range(count):
        ids.append(await peer.trigger("work", {"n": number, "pad": "x" * pad}))
        action = await worker.next()
        await log(peer, action.task_run_external_id)
        await worker.complete(action, {"n": number})
    worker.hang_up()
    return ids


async def log(peer: Peer, task_id: str, message: str = "a line") -> None:
    line = events_pb2.PutLogRequest(task_run_external_id=task_id, message=message)
    await peer.events.put_log(line, metadata=peer.metadata)


async def test_what_has_ended_is_kept_for_thirty_days_where_nothing_else_is_said(clock: MovableClock) -> None:
    async with kept(None, clock, EngineSettings()) as (engine, peer):
        [old], began = await done(peer, 1), clock.now()
        clock.advance(29.5 * DAY)
        [young] = await done(peer, 1)
        clock.advance(0.4 * DAY)
        await done(peer, 1)
        assert [await known(peer, run_id) for run_id in (old, young)] == [True, True]
        clock.advance(0.2 * DAY)
        await until(clock, lambda: rows(engine, "runs") == 2)
        assert clock.now() - began < 30.2 * DAY
        assert [await known(peer, run_id) for run_id in (old, young)] == [False, True]


@pytest.mark.parametrize("where", ["memory", "folder"])
async def test_what_has_ended_is_deleted_by_age_and_what_has_not_stays(
    tmp_path: Path, clock: MovableClock, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = EngineSettings(retained_for=10 * DAY)
    async with kept(tmp_path if where == "folder" else None, clock, settings) as (engine, peer):
        old = await done(peer, 3)
        long = task("long", workflow="long", schedule_timeout="1000h", timeout="1000h")
        await peer.put("long", long, event_triggers=["begin"])
        await push(peer, "begin", {"n": 1})
        await push(peer, "for-nobody")
        waiting = await peer.trigger("long", {"n": 2})
        worker = await peer.worker("long:long", slots={"default": 1})
        running = await worker.next()
        await worker.started(running)
        clock.advance(9 * DAY)
        young = await done(peer, 2)
        assert [await known(peer, run_id) for run_id in old] == [True] * 3
        clock.advance(2 * DAY)
        await until(clock, lambda: rows(engine, "logs") == 2)
        assert [await known(peer, run_id) for run_id in [*old, *young]] == [False] * 3 + [True] * 2
        assert [await known(peer, run_id) for run_id in (running.workflow_run_id, waiting)] == [True, True]
        assert rows(engine, "runs") == 4
        assert rows(engine, "tasks") == 4
        assert engine._hub is not None
        events = engine._hub.store.db.execute("SELECT key FROM events").fetchall()
        assert events == [("begin",)]  # its run has not ended
        rest = Rest(peer)
        workers = await rest.get(models.WorkerList, "/api/v1/tenants/{tenant}/worker")
        assert len(workers.rows or []) <= 2  # the first one has been gone for eleven days
        await rest.http.aclose()
        await worker.complete(running)
        assert (await worker.next()).workflow_run_id == waiting
        assert caplog.text.count("begins to delete what has ended") == 1
        assert "it is older than 10 days" in caplog.text


async def test_a_run_that_is_deleted_cannot_be_replayed_from_memory(clock: MovableClock) -> None:
    async with kept(None, clock, EngineSettings(retained_for=DAY)) as (engine, peer):
        [run_id] = await done(peer, 1)
        clock.advance(2 * DAY)
        await until(clock, lambda: rows(engine, "runs") == 0)
        assert await peer.replay(run_id) == []
        assert not await known(peer, run_id)


async def test_the_number_of_finished_runs_is_kept_to(clock: MovableClock, caplog: pytest.LogCaptureFixture) -> None:
    async with kept(None, clock, EngineSettings(retained_runs=5)) as (engine, peer):
        await peer.put("many")
        ids = await peer.trigger_many("many", 30)
        await peer.cancel(*ids[1:])
        await until(clock, lambda: rows(engine, "runs") == 6)
        assert await known(peer, ids[0])
        assert [await known(peer, run_id) for run_id in ids[-6:]] == [False] + [True] * 5
        assert "there are more than 5 finished runs" in caplog.text


@pytest.mark.parametrize("count", [9, 10, 11])
@pytest.mark.parametrize("kind", ["events", "messages"])
async def test_of_events_and_messages_as_many_are_kept_as_of_runs_however_many_steps_it_takes(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch, kind: str, count: int
) -> None:
    async with kept(None, clock, EngineSettings(retained_runs=4)) as (engine, peer):
        for number in range(count):
            if kind == "events":
                await push(peer, f"key {number}")
            else:
                message = streams_pb2.PublishStreamMessageRequest(topic="t", payload=b"x")
                await peer.streams.publish(message, metadata=peer.metadata)
        assert rows(engine, kind) == count
        monkeypatch.setattr(retention, "STEP", 3)
        await until(clock, lambda: rows(engine, kind) <= 4)
        for _ in range(3):
            clock.advance(60)
            await asyncio.sleep(0)
        assert rows(engine, kind) == 4


async def test_the_size_is_kept_to_and_the_file_shrinks(
    tmp_path: Path, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    size = 2 << 20
    async with kept(tmp_path, clock, EngineSettings(retained_bytes=size)) as (engine, peer):
        await peer.put("big")
        ids = [await peer.trigger("big", {"pad": "x" * 200_000}) for _ in range(40)]
        await peer.cancel(*ids[2:])
        database = tmp_path / "engine.db"
        async with asyncio.timeout(PATIENCE):
            while database.stat().st_size > 6 << 20:
                clock.advance(1)
                await asyncio.sleep(0)
                assert engine._hub is not None
                engine._hub.store.db.execute("PRAGMA wal_checkpoint")
        assert [await known(peer, run_id) for run_id in ids[:2]] == [True, True]
        assert not await known(peer, ids[2])
        assert "it takes more than 2 MB" in caplog.text


async def test_what_is_live_stays_however_large_it_is(clock: MovableClock, caplog: pytest.LogCaptureFixture) -> None:
    async with kept(None, clock, EngineSettings(retained_bytes=200_000)) as (engine, peer):
        await peer.put("big")
        ids = [await peer.trigger("big", {"pad": "x" * 100_000}) for _ in range(5)]
        await until(clock, lambda: "nothing in it has ended" in caplog.text)
        clock.advance(61)
        clock.advance(61)
        assert [await known(peer, run_id) for run_id in ids] == [True] * 5
        assert caplog.text.count("nothing in it has ended") == 1
        assert rows(engine, "runs") == 5


async def test_the_log_of_a_task_that_runs_for_long_is_cut_at_its_old_end(clock: MovableClock) -> None:
    settings = EngineSettings(retained_for=DAY)
    async with kept(None, clock, settings) as (engine, peer):
        await peer.put("long", task("long", workflow="long", timeout="1000h"))
        worker = await peer.worker("long:long")
        await peer.trigger("long")
        action = await worker.next()
        await log(peer, action.task_run_external_id, "old")
        clock.advance(2 * DAY)
        await log(peer, action.task_run_external_id, "young")
        await until(clock, lambda: rows(engine, "logs") == 1)
        rest = Rest(peer)
        listed = await rest.get(models.V1LogLineList, f"/api/v1/stable/tasks/{action.task_run_external_id}/logs")
        assert [line.message for line in listed.rows or []] == ["young"]
        await rest.http.aclose()
        await worker.complete(action)


async def test_nothing_is_deleted_without_bounds(clock: MovableClock, caplog: pytest.LogCaptureFixture) -> None:
    settings = EngineSettings(retained_for=None, retained_runs=None, retained_bytes=None)
    async with kept(None, clock, settings) as (engine, peer):
        ids = await done(peer, 3)
        clock.advance(4000 * DAY)
        clock.advance(120)
        await peer.put("another")
        assert [await known(peer, run_id) for run_id in ids] == [True] * 3
        assert rows(engine, "logs") == 3
        assert "begins to delete" not in caplog.text


async def test_a_parent_that_was_deleted_leaves_its_children_running(clock: MovableClock) -> None:
    async with kept(None, clock, EngineSettings(retained_for=DAY)) as (engine, peer):
        await peer.put("parent")
        await peer.put("child", task("child", workflow="child", schedule_timeout="1000h"))
        worker = await peer.worker("parent:parent")
        parent_id = await peer.trigger("parent")
        action = await worker.next()
        child = await peer.trigger(
            "child",
            {"of": 1},
            parent_id=parent_id,
            parent_task_run_external_id=action.task_run_external_id,
            child_index=0,
        )
        await worker.complete(action)
        clock.advance(2 * DAY)
        await until(clock, lambda: rows(engine, "runs") == 1)
        assert not await known(peer, parent_id)
        other = await peer.worker("child:child")
        started = await other.next()
        assert started.workflow_run_id == child
        assert payload(started)["input"] == {"of": 1}
        await other.complete(started)
        assert (await peer.details(child)).status == admin_pb2.COMPLETED

"""After a stop of the engine in any way, an attempt that had not begun is handed out again, and no other one is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hatchet.engine import EmbeddedEngine, EngineSettings, MovableClock
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.peer import Peer, RawWorker, connected, errors, outputs, task
from tests.engine.rest_peer import Rest
from tests.engine.rules.test_batches import batched, complete, members
from tests.engine.storage.test_durability import another_process, served

AWAY = EngineSettings().return_within + 1


@asynccontextmanager
async def served_elsewhere(data: Path, clock: MovableClock) -> AsyncIterator[Peer]:
    """An engine on other ports than before, where no client that lost its connection waits to try again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    engine = EmbeddedEngine(data, clock=clock, grpc_port=port)
    async with connected(await engine.start()) as peer:
        yield peer
    await engine.stop(grace=0.1)


async def back(worker: RawWorker, peer: Peer) -> None:
    """The worker listens again, at the engine that was started in place of the former one."""
    worker.peer = peer
    await worker.listen()


async def assigned(peer: Peer, timeout: str = "20s") -> tuple[RawWorker, str]:
    await peer.put("work", task("work", workflow="work", timeout=timeout, schedule_timeout="10m"))
    worker = await peer.worker("work:work")
    run_id = await peer.trigger("work", {"n": 1})
    assert (await worker.next()).workflow_run_id == run_id
    return worker, run_id


@pytest.mark.parametrize("away", [0.0, 3600.0])
async def test_its_own_worker_is_sent_the_same_attempt_again_and_has_its_whole_time(
    tmp_path: Path, clock: MovableClock, away: float
) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        worker, run_id = await assigned(peer)
    clock.advance(away)
    async with served(tmp_path, clock) as (_, peer):
        clock.advance(4)
        await back(worker, peer)
        again = await worker.next()
        assert (again.workflow_run_id, again.retry_count) == (run_id, 0)
        await worker.started(again)
        clock.advance(19)
        assert (await peer.details(run_id)).status == admin_pb2.RUNNING
        await worker.complete(again, {"ok": 1})
        assert outputs(await peer.result(run_id)) == {"work": {"ok": 1}}
        await worker.nothing()


async def test_another_worker_gets_it_when_its_own_does_not_come_back(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        _, run_id = await assigned(peer)
    async with served(tmp_path, clock) as (_, peer):
        other = await peer.worker("work:work")
        clock.advance(AWAY)
        again = await other.next()
        assert (again.workflow_run_id, again.retry_count) == (run_id, 1)
        await other.complete(again, {"ok": 1})
        assert outputs(await peer.result(run_id)) == {"work": {"ok": 1}}
        rest = Rest(peer)
        listed = await rest.get(models.V1TaskEventList, f"/api/v1/stable/tasks/{run_id}/task-events")
        assert [event.message for event in listed.rows or [] if event.event_type.value == "REASSIGNED"] == [
            "The engine was stopped before the attempt was known to have begun, and its worker has not come back"
        ]
        await rest.http.aclose()


async def test_an_attempt_that_has_begun_is_not_sent_again(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        await peer.put("work", task("work", workflow="work", timeout="20s"))
        worker = await peer.worker("work:work")
        run_id = await peer.trigger("work")
        action = await worker.next()
        await worker.started(action)
        await peer.put("stored")  # takes along what nobody waits for
    async with served(tmp_path, clock) as (_, peer):
        await back(worker, peer)
        await worker.nothing()
        await worker.listen()
        await worker.complete(action, {"ok": 1})
        assert outputs(await peer.result(run_id)) == {"work": {"ok": 1}}


@pytest.mark.parametrize("report", ["started", "complete"])
async def test_a_report_that_comes_before_the_worker_listens_settles_it(
    tmp_path: Path, clock: MovableClock, report: str
) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        await peer.put("work", task("work", workflow="work", timeout="20s"))
        worker = await peer.worker("work:work")
        run_id = await peer.trigger("work")
        action = await worker.next()
    async with served(tmp_path, clock) as (_, peer):
        worker.peer = peer
        await getattr(worker, report)(action)
        await worker.listen()
        await worker.nothing()
        if report == "started":
            clock.advance(21)  # its time goes on
            assert errors(await peer.result(run_id)) == {"work": "Task exceeded timeout of 20s"}
        else:
            assert outputs(await peer.result(run_id)) == {"work": None}


async def test_an_attempt_that_is_sent_again_times_out_like_any_other(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        worker, run_id = await assigned(peer)
    async with served(tmp_path, clock) as (_, peer):
        await back(worker, peer)
        await worker.next()
        clock.advance(21)
        assert errors(await peer.result(run_id)) == {"work": "Task exceeded timeout of 20s"}


async def test_kills_one_after_the_other_before_any_heartbeat_lose_nothing(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        worker, run_id = await assigned(peer)
    for _ in range(3):
        async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
            worker.peer = peer
            await worker.listen()
            assert (await worker.next()).retry_count == 0
    async with another_process(tmp_path):
        pass
    async with served(tmp_path, clock) as (_, peer):
        await back(worker, peer)
        again = await worker.next()
        assert (again.workflow_run_id, again.retry_count) == (run_id, 0)


async def test_a_batch_is_sent_again_as_a_batch(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        worker = await batched(peer, "many", 3)
        runs = await peer.trigger_many("many", 3)
        first = await worker.next()
    async with served(tmp_path, clock) as (_, peer):
        await back(worker, peer)
        again = await worker.next()
        assert again.action_type == first.action_type
        assert list(members(again)) == list(members(first)) == runs
        await complete(worker, again)
        assert outputs(await peer.result(runs[2])) == {"many": {"n": 2}}


async def test_a_clean_stop_leaves_what_was_not_delivered_to_others(tmp_path: Path, clock: MovableClock) -> None:
    engine = EmbeddedEngine(tmp_path, clock=clock)
    async with connected(await engine.start()) as peer:
        await peer.put("work", task("work", workflow="work", timeout="20s", schedule_timeout="10m"))
        await peer.worker("work:work", slots={"default": 1000})  # reads nothing of what it is given
        pad = "x" * 60_000
        await asyncio.gather(*(peer.trigger("work", {"pad": pad}) for _ in range(100)))
        await engine.stop(grace=0.2)
    async with served_elsewhere(tmp_path, clock) as peer:
        other = await peer.worker("work:work", slots={"default": 1000})
        clock.advance(AWAY)
        seen = {(await other.next()).workflow_run_id for _ in range(100)}
        assert len(seen) == 100


async def test_nothing_is_handed_out_while_the_engine_stops(tmp_path: Path, clock: MovableClock) -> None:
    engine = EmbeddedEngine(tmp_path, clock=clock)
    async with connected(await engine.start()) as peer:
        await peer.put("work", task("work", workflow="work"))
        worker = await peer.worker("work:work", slots={"default": 1})
        first = await peer.trigger("work")
        second = await peer.trigger("work")
        action = await worker.next()
        await asyncio.gather(engine.stop(grace=1.0), worker.complete(action), return_exceptions=True)
    async with served_elsewhere(tmp_path, clock) as peer:
        other = await peer.worker("work:work")
        assert (await other.next()).workflow_run_id == (second if action.workflow_run_id == first else first)

"""A wall clock that is set, and a machine that sleeps, make nothing early and nothing late."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from hatchet.engine import EmbeddedEngine, MovableClock
from hatchet.engine.delivery import messages
from hatchet.engine.state.clock import Timekeeper
from hatchet_api.grpc import dispatcher_pb2, workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared.condition_pb2 import QUEUE
from tests.engine.peer import PATIENCE, Peer, RawWorker, connected, errors, payload, task

DAY = 86_400.0
HOUR = 3600.0
SLACK = 2.0


async def settled(engine: EmbeddedEngine) -> None:
    """Until the engine has taken notice of a clock that was set."""
    hub = engine._hub
    assert hub is not None
    hub.now()
    async with asyncio.timeout(PATIENCE):
        while hub.clock.jump():
            await asyncio.sleep(0)


async def status(peer: Peer, run_id: str) -> int:
    return (await peer.details(run_id)).status


async def sleeping(peer: Peer, clock: MovableClock) -> tuple[RawWorker, str]:
    sleepy = task("sleepy", workflow="sleepy")
    sleepy.conditions.sleep_conditions.add(base={"action": QUEUE, "readable_data_key": "nap"}, sleep_for="1h")
    await peer.put("sleepy", sleepy)
    worker = await peer.worker("sleepy:sleepy")
    return worker, await peer.trigger("sleepy")


async def retrying(peer: Peer, clock: MovableClock) -> tuple[RawWorker, str]:
    late = task("late", workflow="late", retries=2, backoff_factor=1000.0, backoff_max_seconds=int(HOUR))
    await peer.put("late", late)
    worker = await peer.worker("late:late")
    run_id = await peer.trigger("late")
    await worker.fail(await worker.next())
    clock.advance(1001)
    await worker.fail(await worker.next())  # the second pause would be a million seconds, and is an hour
    return worker, run_id


async def running(peer: Peer, clock: MovableClock) -> tuple[RawWorker, str]:
    await peer.put("slow", task("slow", workflow="slow", timeout="1h"))
    worker = await peer.worker("slow:slow")
    run_id = await peer.trigger("slow")
    await worker.started(await worker.next())
    return worker, run_id


async def queued(peer: Peer, clock: MovableClock) -> tuple[RawWorker, str]:
    await peer.put("lonely", task("lonely", workflow="lonely", schedule_timeout="1h"))
    return await peer.worker("other:other"), await peer.trigger("lonely")


async def limited(peer: Peer, clock: MovableClock) -> tuple[RawWorker, str]:
    await peer.workflows.put_rate_limit(
        workflows_pb2.PutRateLimitRequest(key="k", limit=1, duration=workflows_pb2.HOUR), metadata=peer.metadata
    )
    rated = task("rated", workflow="rated", schedule_timeout="100h")
    rated.rate_limits.add(key="k", units=1)
    await peer.put("rated", rated)
    worker = await peer.worker("rated:rated")
    await peer.trigger("rated")
    await worker.complete(await worker.next())
    return worker, await peer.trigger("rated")


BEGUN: dict[str, Callable[[Peer, MovableClock], Awaitable[tuple[RawWorker, str]]]] = {
    "a sleep": sleeping,
    "a backoff": retrying,
    "an execution timeout": running,
    "a schedule timeout": queued,
    "a window of a rate limit": limited,
}


async def over(peer: Peer, name: str, worker: RawWorker, run_id: str) -> None:
    """What must have come of it when its hour is over."""
    if name == "an execution timeout":
        assert errors(await peer.result(run_id)) == {"slow": "Task exceeded timeout of 1h"}
    elif name == "a schedule timeout":
        assert errors(await peer.result(run_id)) == {"lonely": ""}
    else:
        assert (await worker.next()).workflow_run_id == run_id


@pytest.mark.parametrize("name", BEGUN)
@pytest.mark.parametrize("jump", [DAY, -DAY, 90.0, -90.0])
async def test_an_hour_is_an_hour_although_the_clock_is_set(
    clock: MovableClock, engine: EmbeddedEngine, peer: Peer, name: str, jump: float
) -> None:
    worker, run_id = await BEGUN[name](peer, clock)
    clock.advance(HOUR / 2)
    clock.set_by(jump)
    await settled(engine)
    clock.advance(HOUR / 2 - 60)
    before = await status(peer, run_id)
    assert before == (admin_pb2.RUNNING if name == "an execution timeout" else admin_pb2.QUEUED)
    clock.advance(60 + SLACK)
    await over(peer, name, worker, run_id)


@pytest.mark.parametrize("name", BEGUN)
async def test_an_hour_that_the_machine_slept_through_is_over_when_it_wakes(
    clock: MovableClock, peer: Peer, name: str
) -> None:
    worker, run_id = await BEGUN[name](peer, clock)
    clock.advance(8 * HOUR)  # its timers did not run, and neither did the workers
    await over(peer, name, worker, run_id)


@pytest.mark.parametrize("name", BEGUN)
async def test_a_deadline_that_moved_along_with_the_clock_survives_a_restart(
    clock: MovableClock, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    data = tmp_path_factory.mktemp("data")
    engine = EmbeddedEngine(data, clock=clock)
    async with connected(await engine.start()) as peer:
        worker, run_id = await BEGUN[name](peer, clock)
        clock.set_by(-DAY)
        await settled(engine)
        worker.hang_up()
    await engine.stop(grace=0.1)
    engine = EmbeddedEngine(data, clock=clock)
    async with connected(await engine.start()) as peer:
        worker.peer = peer
        await worker.listen()
        clock.advance(HOUR + SLACK)
        await over(peer, name, worker, run_id)
    await engine.stop(grace=0.1)


async def scheduled(peer: Peer, at: float) -> RawWorker:
    await peer.put("later")
    worker = await peer.worker("later:later")
    await peer.workflows.schedule_workflow(
        workflows_pb2.ScheduleWorkflowRequest(name="later", schedules=[messages.timestamp(at)], input="{}"),
        metadata=peer.metadata,
    )
    return worker


async def test_a_scheduled_run_comes_at_its_time_by_the_clock_on_the_wall(
    clock: MovableClock, engine: EmbeddedEngine, peer: Peer
) -> None:
    worker = await scheduled(peer, clock.now() + HOUR)
    clock.set_by(-HOUR)
    await settled(engine)
    clock.advance(HOUR + SLACK)
    clock.set_by(HOUR - 60)
    await settled(engine)
    clock.advance(50)
    answer = await peer.workflows.put_rate_limit(
        workflows_pb2.PutRateLimitRequest(key="k", limit=1, duration=workflows_pb2.HOUR), metadata=peer.metadata
    )
    assert answer == workflows_pb2.PutRateLimitResponse()  # so a turn has passed, and nothing was sent
    clock.advance(10 + SLACK)
    assert (await worker.next()).action_type == dispatcher_pb2.START_STEP_RUN


async def test_a_scheduled_run_that_the_clock_jumps_over_comes_at_once(
    clock: MovableClock, engine: EmbeddedEngine, peer: Peer
) -> None:
    worker = await scheduled(peer, clock.now() + HOUR)
    clock.set_by(DAY)
    await settled(engine)
    assert (await worker.next()).action_type == dispatcher_pb2.START_STEP_RUN


async def ticking(peer: Peer, expression: str) -> RawWorker:
    await peer.put("tick", cron_triggers=[expression], cron_input='{"from": "cron"}')
    return await peer.worker("tick:tick", slots={"default": 100})


async def test_a_cron_that_the_clock_jumps_over_comes_once_and_goes_on(
    clock: MovableClock, engine: EmbeddedEngine, peer: Peer
) -> None:
    worker = await ticking(peer, "0 * * * *")
    clock.set_by(DAY)
    await settled(engine)
    tick = await worker.next()
    assert payload(tick)["input"] == {"from": "cron"}
    await worker.complete(tick)
    clock.advance(HOUR + SLACK)
    await worker.next()
    await worker.nothing()


async def test_a_cron_goes_by_the_clock_that_was_set_back(
    clock: MovableClock, engine: EmbeddedEngine, peer: Peer
) -> None:
    worker = await ticking(peer, "0 * * * *")
    clock.set_by(-DAY)
    await settled(engine)
    for _ in range(2):
        clock.advance(HOUR + SLACK)
        await worker.complete(await worker.next())


async def test_the_machine_wakes_and_a_cron_comes_once(clock: MovableClock, peer: Peer) -> None:
    worker = await ticking(peer, "0 * * * *")
    clock.advance(8 * HOUR)
    await worker.next()
    await worker.nothing()


async def test_workers_outlive_a_clock_that_is_set_and_a_machine_that_sleeps(
    clock: MovableClock, engine: EmbeddedEngine, peer: Peer
) -> None:
    await peer.put("work", task("work", workflow="work", timeout="100h"))
    worker = await peer.worker("work:work")
    await peer.trigger("work")
    action = await worker.next()
    for jump in (DAY, -2 * DAY):
        clock.set_by(jump)
        await settled(engine)
    clock.advance(8 * HOUR)
    await worker.heartbeat()
    await worker.complete(action, {"ok": 1})
    await peer.trigger("work")
    assert (await worker.next()).retry_count == 0


async def test_what_is_asked_for_right_after_the_jump_counts_from_there(
    clock: MovableClock, engine: EmbeddedEngine, peer: Peer
) -> None:
    await peer.put("slow", task("slow", workflow="slow", timeout="1h"))
    worker = await peer.worker("slow:slow")
    clock.set_by(-DAY)
    run_id = await peer.trigger("slow")
    await worker.started(await worker.next())
    await settled(engine)
    clock.advance(HOUR - 60)
    assert await status(peer, run_id) == admin_pb2.RUNNING
    clock.advance(60 + SLACK)
    assert errors(await peer.result(run_id)) == {"slow": "Task exceeded timeout of 1h"}


class _Watch:
    """A clock of two hands that a test sets."""

    def __init__(self) -> None:
        self.wall = self.passed = 0.0

    def now(self) -> float:
        return self.wall

    def elapsed(self) -> float:
        return self.passed

    def steady(self) -> float:
        return self.passed

    def call_in(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(0.0, callback)


def test_until_a_jump_is_taken_up_time_goes_on_as_before() -> None:
    watch, told = _Watch(), list[float]()
    keeper = Timekeeper(watch, lambda: told.append(watch.wall))
    watch.wall, watch.passed = 10.5, 10.0  # its own drift
    assert keeper.now() == 10.5
    assert not told
    watch.wall = 5000.0
    assert keeper.now() == 10.0
    assert told
    keeper.take_up(keeper.jump())
    assert keeper.now() == 5000.0
    assert keeper.jump() == 0.0


async def test_an_alarm_looks_at_the_clock_until_its_time_has_come() -> None:
    watch = _Watch()
    keeper = Timekeeper(watch, lambda: None)
    rang = asyncio.Event()
    keeper.call_at(5.0, rang.set)
    for second in range(5):
        watch.wall = watch.passed = float(second)
        await asyncio.sleep(0.001)
        assert not rang.is_set()
    watch.wall = watch.passed = 5.0
    async with asyncio.timeout(PATIENCE):
        await rang.wait()


def test_a_movable_clock_tells_time_that_passes_from_a_clock_that_is_set() -> None:
    clock = MovableClock()
    before = clock.elapsed()
    clock.set_by(DAY)
    assert clock.elapsed() - before < HOUR
    assert clock.now() - time.time() > DAY - HOUR
    clock.advance(HOUR)
    assert clock.elapsed() - before >= HOUR
    with pytest.raises(ValueError, match="`set_by` sets the wall clock"):
        clock.advance(-1)

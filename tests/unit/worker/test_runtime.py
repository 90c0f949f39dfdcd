"""The inside of a worker on its own: what it says of itself, how it begins, and what it leaves at its end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet.config import HealthcheckConfig
from hatchet.errors import HatchetError, InvalidRequest, Unavailable, WorkerError
from hatchet.hooks import Hook, Hooks
from hatchet.transport.flag import Flag
from hatchet.wire import versions
from hatchet.wire.values import Assignment, AssignmentKind
from hatchet.worker import runtime as runtime_module
from hatchet.worker.attempts import Left
from hatchet.worker.options import DurableOptions
from hatchet.worker.runtime import Plan, Runtime, WorkerStatus
from tests.jumping import HereLoop, jumping, now, until

MAJOR, MINOR, PATCH = versions.RETRY_AFTER
OLDER = versions.text((MAJOR, MINOR, PATCH - 1) if PATCH else (MAJOR, MINOR - 1, 99))
ASSIGNMENT = Assignment(AssignmentKind.START, "t:t", "t", "t", "run", "run", 0)


class Scene:
    """A runtime, and the engine as far as it asks it something."""

    def __init__(self, workflows: int = 0, **settings: Any) -> None:
        self.hooks: list[Hook] = []
        self.version: str | None = "v9.0.0"
        self.put: list[str] = []
        self.at_once: list[int] = []
        self.fault: BaseException | None = None
        self.paused: list[tuple[float, str, bool]] = []
        self.forced: list[float] = []
        config = SimpleNamespace(
            log_queue_size=10, healthcheck=HealthcheckConfig(), listener_v2_timeout=None,
            terminate_worker_after_num_tasks=None, disable_log_capture=True,
        )  # fmt: skip
        vars(config).update(settings)
        self.io = HereLoop()
        gateway = SimpleNamespace(
            io=self.io, config=config, hooks=Hooks(), engine_version=self._version, put_workflow=self._put
        )
        names = [f"flow {number}" for number in range(workflows)]
        plan = Plan(
            name="w", workflows={name: cast(Any, Flow(name)) for name in names},
            tasks={"b:b": cast(Any, "a task"), "a:a": cast(Any, "another")}, slots={"default": 10, "durable": 5},
            labels={"zone": "a"}, drain_timeout=None, set_paused=self._set_paused, durable=DurableOptions(),
        )  # fmt: skip
        self.ready = Flag()
        self.runtime = Runtime(plan, cast(Any, gateway), self.ready, lambda: self.forced.append(now()))

    async def _version(self) -> str | None:
        if self.version == "away":
            raise Unavailable("away", code="UNAVAILABLE", call="GetVersion")
        return self.version

    async def _put(self, definition: str) -> None:
        self.put.append(definition)
        self.at_once.append(len(self.put))
        await asyncio.sleep(1)
        if self.fault is not None:
            raise self.fault

    async def _set_paused(self, worker_id: str, paused: bool) -> bool:
        self.paused.append((now(), worker_id, paused))
        if worker_id == "refused":
            raise HatchetError("no")
        return True

    def listens(self, **given: Any) -> SimpleNamespace:
        """It has a connection."""
        connected = asyncio.Event()
        if given.pop("connected", True):
            connected.set()
        listener = SimpleNamespace(worker_id="w1", connected=connected, beat_at=None, **given)
        self.runtime._connection = cast(Any, SimpleNamespace(listener=listener, reconnects=3))
        return listener


class Flow(str):
    """A workflow that is its own definition."""

    def definition(self) -> str:
        return str(self)


# -- what it says of itself


@jumping
async def test_before_it_has_begun_it_is_nobody() -> None:
    runtime = Scene().runtime
    assert (runtime.worker_id, runtime.connected, runtime.reconnects, runtime.health_port) == ("", False, 0, None)
    assert (runtime.still_running(), runtime.resting(), runtime.is_paused, runtime.forced) == ([], set(), False, False)
    assert runtime.health() == {
        "status": "STARTING",
        "draining": False,
        "slots": {"default": {"used": 0, "limit": 10}, "durable": {"used": 0, "limit": 5}},
    }
    assert (runtime._who_runs(), runtime._unsettled("w1")) == ("the program", frozenset())


@jumping
async def test_what_runs_and_what_holds_slots_is_told() -> None:
    scene = Scene()
    runtime = scene.runtime
    lines = [
        SimpleNamespace(log=SimpleNamespace(invocation=SimpleNamespace(task_run_id=run)), idle_since=since)
        for run, since in (("a", 1.0), ("b", None), ("c", 0.0))
    ]
    room = SimpleNamespace(used=lambda: {"default": 4}, held=lambda: {"default": 2, "durable": 0})
    runtime._executor = cast(Any, SimpleNamespace(
        room=room, durable=SimpleNamespace(stream=SimpleNamespace(lines=lines)), still_running=lambda: ["task 'a'"],
        who_runs=lambda: "the async task 'a'",
    ))  # fmt: skip
    scene.listens()
    runtime._health = cast(Any, SimpleNamespace(port=8080))
    runtime._capacity.paused_id = "w1"
    runtime.status = WorkerStatus.DRAINING
    assert (runtime.worker_id, runtime.connected, runtime.reconnects, runtime.health_port) == ("w1", True, 3, 8080)
    assert (runtime.still_running(), runtime.resting(), runtime._who_runs()) == (
        ["task 'a'"], {"a", "c"}, "the async task 'a'",
    )  # fmt: skip
    assert runtime.health() == {
        "status": "HEALTHY",
        "draining": True,
        "slots": {"default": {"used": 4, "limit": 10, "held": 2}, "durable": {"used": 0, "limit": 5}},
        "paused": True,
    }


@pytest.mark.parametrize(
    ("status", "since", "connected", "blocked", "said"),
    [
        (WorkerStatus.STARTING, 0.0, False, False, "STARTING"),
        (WorkerStatus.STARTING, 9.0, True, True, "STARTING"),
        (WorkerStatus.STARTING, 10.5, True, False, "UNHEALTHY"),
        (WorkerStatus.HEALTHY, 99.0, True, False, "HEALTHY"),
        (WorkerStatus.HEALTHY, 99.0, False, False, "UNHEALTHY"),
        (WorkerStatus.HEALTHY, 99.0, True, True, "UNHEALTHY"),
        (WorkerStatus.DRAINING, 0.0, True, False, "HEALTHY"),
        (WorkerStatus.STOPPED, 0.0, True, False, "UNHEALTHY"),
    ],
)
@jumping
async def test_it_is_healthy_while_it_is_connected_and_its_loop_runs(
    status: WorkerStatus, since: float, connected: bool, blocked: bool, said: str
) -> None:
    scene = Scene()
    scene.listens(connected=connected)
    scene.runtime.status = status
    scene.runtime._began = time.monotonic() - since
    scene.runtime.watch._last_lag = 1e6 if blocked else 0.0
    assert scene.runtime.health()["status"] == said


# -- its beginning


@jumping
async def test_workflows_are_registered_five_at_a_time() -> None:
    scene = Scene(workflows=12)
    await scene.runtime._register()
    assert sorted(scene.put) == sorted(f"flow {number}" for number in range(12))
    assert now() == 3.0
    assert scene.runtime.reporter.delays_are_kept is True


@pytest.mark.parametrize(
    ("version", "refusal", "keeps_delays"),
    [
        (None, "the engine is too old to say; this client needs v0.78.23 or newer", None),
        ("v0.70.0", "the engine is v0.70.0; this client needs v0.78.23 or newer", None),
        ("away", "worker 'w' cannot start: away", None),
        ("v0.78.23", None, False),
        (OLDER, None, False),
        (versions.text(versions.RETRY_AFTER), None, True),
    ],
)
@jumping
async def test_the_engine_must_be_there_and_new_enough(
    version: str | None, refusal: str | None, keeps_delays: bool | None
) -> None:
    scene = Scene(workflows=1)
    scene.version = version
    if refusal is None:
        await scene.runtime._register()
        assert scene.runtime.reporter.delays_are_kept is keeps_delays
    else:
        with pytest.raises(WorkerError) as refused:
            await scene.runtime._register()
        assert (str(refused.value), scene.put) == (refusal, [])


@jumping
async def test_a_workflow_that_is_refused_ends_the_start() -> None:
    scene = Scene(workflows=2)
    scene.fault = InvalidRequest("no such thing", code="INVALID_ARGUMENT", call="PutWorkflow")
    with pytest.raises(WorkerError) as refused:
        await scene.runtime._register()
    assert str(refused.value) == "worker 'w' cannot start: no such thing"
    assert refused.value.__cause__ is scene.fault
    scene.fault = ValueError("a fault of ours")
    with pytest.raises(BaseExceptionGroup) as failed:
        await scene.runtime._register()
    assert failed.value.exceptions[0] is scene.fault


@jumping
async def test_it_introduces_itself_with_all_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, given = Scene(), dict[str, Any]()
    monkeypatch.setattr(runtime_module, "Listener", lambda *parts, **named: given.update(named, parts=parts))
    runtime = scene.runtime
    runtime._new_listener()
    assert given == {
        "parts": (runtime._gateway, scene.io),
        "name": "w",
        "actions": ["a:a", "b:b"],
        "slots": {"default": 10, "durable": 5},
        "labels": {"zone": "a"},
        "on_assignment": runtime._assigned,
        "unsettled": runtime._unsettled,
        "on_worker_id": runtime._identified,
    }
    told: list[Any] = []
    runtime._identified("w1")
    runtime._executor = cast(Any, SimpleNamespace(identify=lambda *facts: told.append(facts)))
    runtime._identified("w2")
    assert (runtime.reporter.worker_id, told) == ("w2", [("w2", {"zone": "a"}, runtime.logs)])


@pytest.mark.parametrize("status", [WorkerStatus.STARTING, WorkerStatus.DRAINING])
@jumping
async def test_it_is_ready_when_it_listens(status: WorkerStatus) -> None:
    scene = Scene()
    listener = scene.listens(connected=False)
    scene.runtime.status = status
    asyncio.get_running_loop().call_later(3.0, listener.connected.set)
    announcing = asyncio.ensure_future(scene.runtime._announce(cast(Any, listener)))
    await until(2)
    assert (scene.ready.is_set(), scene.runtime.status) == (False, status)
    await announcing
    healthy = WorkerStatus.HEALTHY if status is WorkerStatus.STARTING else status
    assert (scene.ready.is_set(), scene.runtime.status, now()) == (True, healthy, 3.0)


# -- its work


class Taken:
    """The attempts of a test."""

    def __init__(self) -> None:
        self.took: list[tuple[Assignment, str]] = []

    def take(self, assignment: Assignment, worker_id: str) -> None:
        self.took.append((assignment, worker_id))

    def unsettled(self, worker_id: str) -> frozenset[str]:
        return frozenset({worker_id})


@jumping
async def test_hooks_hear_of_what_it_takes() -> None:
    heard: list[Assignment] = []

    class Hears(Hook):
        def assignment_received(self, assignment: Assignment) -> None:
            heard.append(assignment)

    scene, taken = Scene(), Taken()
    scene.runtime._attempts = cast(Any, taken)
    scene.runtime._assigned(ASSIGNMENT, "w1")
    scene.runtime._hooks = Hooks([Hears()])
    scene.runtime._assigned(ASSIGNMENT, "w2")
    assert taken.took == [(ASSIGNMENT, "w1"), (ASSIGNMENT, "w2")]
    assert heard == [ASSIGNMENT]
    assert cast(Any, scene.runtime._unsettled("w2")) == {"w2"}


@jumping
async def test_it_ends_after_as_many_tasks_as_it_was_told() -> None:
    scene = Scene(terminate_worker_after_num_tasks=2)
    told: list[Assignment] = []
    ends: list[bool] = []
    for _ in range(2):
        scene.runtime._settled(ASSIGNMENT)
        ends.append(scene.runtime._stopping.asked)
        scene.runtime._figures = cast(Any, SimpleNamespace(tasks=SimpleNamespace(settled=told.append)))
    assert (ends, told, scene.runtime.forced) == ([False, True], [ASSIGNMENT], False)
    other = Scene()
    for _ in range(100):
        other.runtime._settled(ASSIGNMENT)
    assert not other.runtime._stopping.asked


def test_a_worker_that_cannot_be_paused_drains_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    @jumping
    async def check() -> None:
        scene = Scene()
        for worker_id in ("w1", "refused"):
            await scene.runtime._pause(worker_id)
        assert scene.paused == [(0.0, "w1", True), (0.0, "refused", True)]

    check()
    assert caplog.messages == ["worker refused could not be paused, and may get new tasks while it drains: no"]


# -- its end


@pytest.mark.parametrize(
    ("asked", "beat", "is_idle", "reason"),
    [
        (90.0, None, True, "has outcomes to deliver, and the engine was away for 90 s"),
        (90.0, 70.0, True, "has outcomes to deliver, and the engine was away for 70 s"),
        (70.0, 90.0, True, "has outcomes to deliver, and the engine was away for 70 s"),
        (59.0, None, True, ""),
        (90.0, 10.0, True, ""),
        (90.0, 70.0, False, ""),
        (90.0, 70.0, None, ""),
    ],
)
@jumping
async def test_an_engine_that_is_away_for_more_than_a_minute_is_not_waited_for(
    asked: float, beat: float | None, is_idle: bool | None, reason: str
) -> None:
    scene = Scene()
    listener = scene.listens()
    listener.beat_at = None if beat is None else asyncio.get_running_loop().time() - beat
    scene.runtime._stopping._asked_at = time.monotonic() - asked
    scene.runtime._executor = None if is_idle is None else cast(Any, SimpleNamespace(is_idle=is_idle))
    assert scene.runtime._connection is not None
    assert scene.runtime._outage(scene.runtime._connection) == reason


@jumping
async def test_one_that_has_ended_is_not_stopped_again() -> None:
    scene = Scene()
    scene.runtime.status = WorkerStatus.STOPPED
    scene.runtime.stop(force=True)
    assert not scene.runtime._stopping.asked
    scene.runtime.status = WorkerStatus.HEALTHY
    scene.runtime.stop(force=True)
    await asyncio.sleep(0)
    assert (scene.runtime.forced, scene.forced) == (True, [0.0])


class Working(Scene):
    """One whose connection and attempts are those of a test."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, fails: Exception | None = None, left: Left | None = None
    ) -> None:
        super().__init__()
        self.told: list[str] = []
        self.takes = 3.0
        """Seconds in which what runs ends."""
        self.fails = fails
        self.left = left or Left([], [])
        self.listener = SimpleNamespace(worker_id="w1", connected=asyncio.Event(), beat_at=None)
        self.reconnects = 0
        self.durable: Any = None
        monkeypatch.setattr(runtime_module, "Attempts", self._made)
        monkeypatch.setattr(runtime_module, "Connection", self._made)
        self.runtime.logs.drain = self._drain  # type: ignore[method-assign]

    def _made(self, *given: Any) -> Any:
        return self

    def __len__(self) -> int:
        return 2

    async def run(self) -> None:
        await asyncio.sleep(5 if self.fails is not None else 1e6)
        if self.fails is not None:
            raise self.fails

    def take_no_more_ids(self) -> None:
        self.told.append(f"no more ids, {self.runtime.status.name}")

    async def finish(self) -> None:
        await asyncio.sleep(self.takes)
        self.told.append("finished")

    async def give_up(self, grace: float) -> Left:
        self.told.append(f"give up after {grace:g} s")
        return self.left

    async def _drain(self, timeout: float) -> None:
        self.told.append(f"drain logs for {timeout:g} s")

    async def stop(self) -> None:
        self.told.append("stop the durable tasks")

    async def work(self) -> None:
        await self.runtime._work(cast(Any, SimpleNamespace(durable=self.durable, is_idle=False)))


@asynccontextmanager
async def worked(scene: Working) -> AsyncGenerator[asyncio.Task[None]]:
    """It works, and nothing of it goes on afterwards."""
    before = asyncio.all_tasks()
    working = asyncio.ensure_future(scene.work())
    yield working
    await asyncio.wait([working])
    await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before
    assert scene.io._leaving == []


LEAVES = "worker w {}; the engine hands the {} task runs that it leaves to other workers: {}"


def test_it_drains_when_it_is_told_to_stop(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    @jumping
    async def check() -> None:
        scene = Working(monkeypatch)
        async with worked(scene) as working:
            await until(2)
            scene.runtime.stop()
            await working
        assert scene.told == ["no more ids, DRAINING", "finished", "give up after 0 s", "drain logs for 5 s"]
        assert (scene.runtime.reporter.undelivered, scene.forced) == (0, [])

    check()
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == []


def test_when_it_is_forced_it_says_what_it_leaves(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @jumping
    async def check() -> None:
        scene = Working(monkeypatch, left=Left(["a"], ["b"]))
        scene.takes = 60.0
        async with worked(scene) as working:
            await until(2)
            scene.runtime.stop()
            await until(4)
            scene.runtime.stop(force=True)
            await working
        assert scene.told == ["no more ids, DRAINING", "give up after 0 s", "drain logs for 0 s"]
        assert (scene.runtime.reporter.undelivered, len(scene.forced), now()) == (2, 1, scene.forced[0])

    check()
    assert LEAVES.format("was forced to stop", 2, "a, b") in caplog.messages


@pytest.mark.parametrize("left", [Left([], []), Left(["a"], [])])
def test_one_that_the_engine_refuses_gives_its_outcomes_a_moment(
    left: Left, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @jumping
    async def check() -> None:
        scene = Working(monkeypatch, WorkerError("not you"), left)
        scene.durable = SimpleNamespace(stream=scene, evictions=SimpleNamespace(run=scene.finish, drain=scene.finish))
        async with worked(scene) as working:
            with pytest.raises(WorkerError, match="not you"):
                await working
        assert scene.told == ["finished", "give up after 2 s", "stop the durable tasks", "drain logs for 5 s"]
        assert (scene.runtime.reporter.undelivered, now()) == (len(left.running), 5.0)

    check()
    assert caplog.messages == ([LEAVES.format("was refused by the engine", 1, "a")] if left.running else [])


def test_durable_tasks_that_wait_are_evicted_while_it_drains(monkeypatch: pytest.MonkeyPatch) -> None:
    @jumping
    async def check() -> None:
        scene = Working(monkeypatch)
        ran: list[str] = []

        def evictions(name: str) -> Callable[[], Any]:
            async def run() -> None:
                ran.append(f"{name} from {now():.0f}")
                try:
                    await asyncio.sleep(1e6)
                finally:
                    ran.append(f"{name} until {now():.0f}")

            return run

        scene.durable = SimpleNamespace(
            stream=scene, evictions=SimpleNamespace(run=evictions("usual"), drain=evictions("last"))
        )
        async with worked(scene) as working:
            await until(2)
            scene.runtime.stop()
            await working
        assert ran == ["usual from 0", "last from 2", "usual until 5", "last until 5"]
        assert scene.told[-2:] == ["stop the durable tasks", "drain logs for 5 s"]

    check()


def test_a_program_that_ends_gives_it_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    @jumping
    async def check() -> None:
        scene = Working(monkeypatch)
        scene.takes = 60.0
        async with worked(scene):
            await until(1)
            [leave] = scene.io._leaving
            await leave()
            assert 2.9 < now() <= 3.1
            assert scene.runtime.forced
            assert scene.told[-1] == "drain logs for 0 s"

    check()

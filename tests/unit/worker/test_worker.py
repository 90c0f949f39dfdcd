"""The face of a worker: what it is made for, what it says of itself, and who waits for it how long."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet import Context, DefinitionError, DurableContext, EmptyModel, Hatchet, WorkerError
from hatchet.context.durable_session import counting_task
from hatchet.worker import worker as worker_module
from hatchet.worker.options import DurableOptions
from hatchet.worker.worker import Worker, WorkerStatus
from tests.jumping import jumping, now, until
from tests.unit.scripted import ScriptedEngine

REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"slots": 0}, "slots of worker 'w' is 0; write 1 or more"),
    ({"durable_slots": -1}, "durable_slots of worker 'w' is -1; write 1 or more"),
    ({"drain_timeout": -0.5}, "drain_timeout of worker 'w' is -0.5; write 0 or more, or None"),
    ({"drain_timeout": float("inf")}, "drain_timeout of worker 'w' is inf; write 0 or more, or None"),
    ({"drain_timeout": float("nan")}, "drain_timeout of worker 'w' is nan; write 0 or more, or None"),
    ({"drain_timeout": timedelta(seconds=-1)},
     "drain_timeout of worker 'w' is -1 day, 23:59:59; write 0 or more, or None"),
    ({"name": " \t"}, "a worker needs a name"),
    ({"workflows": 5}, "worker 'w': workflows is 5; write a list: workflows=[…]"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "refusal"), REFUSALS, ids=lambda each: str(each)[:40])
def test_what_a_worker_cannot_be_made_for_is_refused(given: dict[str, Any], refusal: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        ScriptedEngine().client().worker(**{"name": "w", **given})
    assert str(refused.value) == refusal


@pytest.mark.parametrize("option", ["slots", "durable_slots", "labels", "drain_timeout", "name"])
def test_what_is_of_another_kind_is_refused_by_its_name(option: str) -> None:
    with pytest.raises(DefinitionError, match=option):
        ScriptedEngine().client().worker(**{"name": "w", option: b"1"})  # type: ignore[arg-type]  # what is refused


class Inside:
    """What a worker holds while it runs, as a test says."""

    def __init__(self, *given: Any) -> None:
        self.plan, self.gateway, self.ready, self.on_forced = given
        self.status = WorkerStatus.STARTING
        self.connected = self.forced = False
        self.worker_id = ""
        self.health_port: int | None = None
        self.logs = SimpleNamespace(dropped=2, refused=3)
        self.reporter = SimpleNamespace(undelivered=4)
        self.runs = ["task 'a'"]
        self.stopped: list[bool] = []
        self.ends = asyncio.Event()
        self.fails: BaseException | None = None
        self.lifespan: object = None

    async def run(self, lifespan: object) -> None:
        self.lifespan = lifespan
        try:
            await self.ends.wait()
        finally:
            self.status = WorkerStatus.STOPPED
        if self.fails is not None:
            raise self.fails

    def stop(self, *, force: bool = False) -> None:
        self.stopped.append(force)
        self.forced = self.forced or force
        self.ends.set()

    def still_running(self) -> list[str]:
        return self.runs


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Inside]:
    """The insides that were made, of which none does anything by itself."""
    found: list[Inside] = []

    def make(*given: Any) -> Inside:
        found.append(Inside(*given))
        return found[-1]

    monkeypatch.setattr(worker_module, "Runtime", make)
    return found


def worker_of(hatchet: Hatchet | None = None, *, durable: bool = False, **given: Any) -> Worker:
    hatchet = hatchet or ScriptedEngine().client()

    @hatchet.task(name="quick")
    async def quick(input: EmptyModel, ctx: Context) -> None: ...

    @hatchet.durable_task(name="slow")
    async def slow(input: EmptyModel, ctx: DurableContext) -> None: ...

    return hatchet.worker("w", workflows=[quick, slow] if durable else [quick], **given)


@jumping
async def test_without_a_start_there_is_nothing_to_say() -> None:
    worker = worker_of()
    assert (worker.name, worker.id, worker.status, worker.was_forced) == ("w", None, WorkerStatus.INITIALIZED, False)
    assert (worker.dropped_log_lines, worker.undelivered_outcomes, worker.health_port) == (0, 0, None)
    assert worker._still_running() == []
    await worker.aio_wait()
    await worker.aio_stop()
    assert now() == 0.0
    with pytest.raises(WorkerError) as late:
        await worker.aio_wait_until_ready(2.5)
    assert str(late.value) == "worker 'w' is initialized, and was not ready within 2.5 s"
    assert now() == 2.5


EMPTY = "worker 'w' has no tasks; give it workflows=[…]"


@jumping
async def test_one_without_tasks_does_not_start() -> None:
    worker = ScriptedEngine().client().worker("w")
    with pytest.raises(DefinitionError) as refused:
        await worker.aio_start()
    assert (str(refused.value), worker.status) == (EMPTY, WorkerStatus.STOPPED)
    with pytest.raises(WorkerError, match="worker 'w' was started before; make a new one"):
        await worker.aio_start()
    with pytest.raises(WorkerError, match="worker 'w' is stopped, and was not ready within 30 s"):
        await worker.aio_wait_until_ready()
    assert now() == 0.0


def test_all_that_it_was_made_for_goes_in(made: list[Inside], tmp_path: Path) -> None:
    @jumping
    async def check() -> None:
        hatchet = ScriptedEngine().client(namespace="Team", worker_preset_labels={"zone": "a", "pool": "b"})
        everything: dict[str, Any] = {
            "slots": 3, "durable_slots": 4, "labels": {"zone": "c", "n": 1}, "drain_timeout": timedelta(minutes=1),
            "always_replay": True, "record_histories": tmp_path,
        }  # fmt: skip
        for given in (everything, {}):
            worker = worker_of(hatchet, durable=True, **given)
            running = asyncio.ensure_future(worker.aio_start())
            await until(1)
            made[-1].ends.set()
            await running
            assert (made[-1].gateway, made[-1].ready) == (hatchet.gateway, worker._ready)
            assert made[-1].lifespan is worker._lifespan
        first, second = (each.plan for each in made)
        assert sorted(first.workflows) == ["team_quick", "team_slow"]
        assert sorted(first.tasks) == ["team_quick:quick", "team_slow:slow"]
        assert (first.name, first.slots, first.labels) == (
            "team_w", {"default": 3, "durable": 4}, {"zone": "c", "pool": "b", "n": 1},
        )  # fmt: skip
        assert (first.drain_timeout, first.durable) == (
            60.0, DurableOptions(always_replay=True, record_histories=tmp_path),
        )  # fmt: skip
        assert (second.name, second.slots, second.labels) == (
            "team_w", {"default": 100, "durable": 1000}, {"zone": "a", "pool": "b"},
        )  # fmt: skip
        assert (second.drain_timeout, second.durable) == (None, DurableOptions(always_replay=False))
        assert (first.set_paused, second.set_paused) == (hatchet._set_paused, hatchet._set_paused)

    check()


def test_while_it_runs_it_tells_how_it_is(made: list[Inside]) -> None:
    @jumping
    async def check() -> None:
        worker = worker_of()
        running = asyncio.ensure_future(worker.aio_start())
        await until(1)
        [inside] = made
        said: list[tuple[str | None, WorkerStatus]] = []
        for status, connected in (
            (WorkerStatus.STARTING, False),
            (WorkerStatus.HEALTHY, True),
            (WorkerStatus.HEALTHY, False),
            (WorkerStatus.DRAINING, False),
        ):
            inside.status, inside.connected = status, connected
            said.append((worker.id, worker.status))
            inside.worker_id, inside.health_port = "w1", 8080
        assert said == [
            (None, WorkerStatus.STARTING),
            ("w1", WorkerStatus.HEALTHY),
            ("w1", WorkerStatus.UNHEALTHY),
            ("w1", WorkerStatus.DRAINING),
        ]
        assert (worker.dropped_log_lines, worker.undelivered_outcomes, worker.health_port) == (5, 4, 8080)
        assert (worker._still_running(), worker.was_forced) == (["task 'a'"], False)
        with pytest.raises(WorkerError, match="worker 'w' has started; register workflows before"):
            worker.register_workflows([cast(Any, "another")])
        with pytest.raises(WorkerError, match="worker 'w' was started before; make a new one"):
            await worker.aio_start()
        assert inside.stopped == [], "the second start changes nothing"
        inside.ends.set()
        await running

    check()


@pytest.mark.parametrize("force", [False, True])
def test_whoever_waits_goes_on_when_it_has_ended(made: list[Inside], force: bool) -> None:
    @jumping
    async def check() -> None:
        worker = worker_of()
        running = asyncio.ensure_future(worker.aio_start())
        await until(1)
        waiting = asyncio.ensure_future(worker.aio_wait())
        await until(5)
        assert not waiting.done()
        await worker.aio_stop(force=force)
        await running
        await waiting
        assert (made[0].stopped, worker.was_forced, worker.status) == ([force], force, WorkerStatus.STOPPED)
        await worker.exit_gracefully()
        await worker.aio_wait()

    check()


def test_one_that_was_told_to_stop_before_it_began_stops_as_it_begins(made: list[Inside]) -> None:
    @jumping
    async def check() -> None:
        worker = worker_of()
        worker.stop()
        await worker.aio_start()
        assert (made[0].stopped, now()) == ([False], 0.0)

    check()


@pytest.mark.parametrize("runs", [["task 'a'", "task 'b'"], []])
def test_a_forced_one_is_waited_for_two_seconds_and_what_goes_on_is_told(
    made: list[Inside], runs: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    @jumping
    async def check() -> None:
        worker = worker_of()
        running = asyncio.ensure_future(worker.aio_start())
        await until(1)
        made[0].runs = runs
        asyncio.get_running_loop().call_later(2.0, made[0].on_forced)
        before = now()
        await worker.aio_wait()
        assert round(now() - before, 3) == 4.0
        assert worker.status is WorkerStatus.STOPPED
        made[0].ends.set()
        await running

    check()
    words = ", ".join(runs) or "coroutines that its tasks have started"
    assert caplog.messages == [f"worker w has ended, but this goes on: {words}"]


def test_in_an_async_with_it_is_ready_and_ends_with_the_block(made: list[Inside]) -> None:
    @jumping
    async def check() -> None:
        worker = worker_of()
        asyncio.get_running_loop().call_later(3.0, worker._ready.set)
        async with worker as entered:
            assert (entered, now()) == (worker, 3.0)
            assert len(asyncio.all_tasks()) == 2
        assert (made[0].stopped, worker.status) == ([False], WorkerStatus.STOPPED)

    check()


@pytest.mark.parametrize(("goes_on", "seconds"), [(False, 30.0), (True, 32.0)])
def test_an_async_with_waits_thirty_seconds_for_it_and_two_for_its_end(
    made: list[Inside], monkeypatch: pytest.MonkeyPatch, goes_on: bool, seconds: float
) -> None:
    @jumping
    async def check() -> None:
        let_go = asyncio.Event()

        async def run(self: Inside, lifespan: object) -> None:
            while not let_go.is_set():
                with contextlib.suppress(asyncio.CancelledError):
                    await let_go.wait()

        if goes_on:
            monkeypatch.setattr(Inside, "run", run)
        worker = worker_of()
        with pytest.raises(WorkerError) as late:
            await worker.__aenter__()
        assert str(late.value) == "worker 'w' is starting, and was not ready within 30 s"
        assert (now(), made[0].stopped) == (seconds, [True])
        let_go.set()
        await asyncio.wait([cast(Any, worker._background)])
        assert worker.status is WorkerStatus.STOPPED

    check()


@pytest.mark.parametrize(("count", "setting", "force"), [(1, False, False), (2, False, True), (1, True, True)])
def test_a_first_signal_drains_and_a_second_forces(
    made: list[Inside], count: int, setting: bool, force: bool, caplog: pytest.LogCaptureFixture
) -> None:
    @jumping
    async def check() -> None:
        hatchet = ScriptedEngine().client(force_shutdown_on_shutdown_signal=setting)
        worker = worker_of(hatchet)
        running = asyncio.ensure_future(worker.aio_start())
        await until(1)
        worker._on_signal(signal.SIGTERM, count)
        await running
        assert made[0].stopped == [force]

        async def posted() -> None: ...

        worker.io.block(posted())

    with caplog.at_level(logging.INFO, "hatchet"):
        check()
    assert "worker w received SIGTERM" in caplog.messages


@pytest.mark.parametrize(
    ("handle_signals", "alone", "in_program"), [(None, True, False), (True, True, True), (False, False, False)]
)
def test_signals_are_the_program_s_unless_the_worker_has_it_to_itself(
    made: list[Inside], monkeypatch: pytest.MonkeyPatch, handle_signals: bool | None, alone: bool, in_program: bool
) -> None:
    handled: list[bool] = []
    given: dict[str, Any] = {}

    def run(main: Any, **named: Any) -> None:
        main.close()
        given.update(named)

    monkeypatch.setattr(worker_module, "run_until_ended", run)
    live = Worker._live

    def noted(self: Worker, on_forced: Callable[[], None], *, handle_signals: bool) -> Any:
        handled.append(handle_signals)
        return live(self, on_forced, handle_signals=handle_signals)

    monkeypatch.setattr(Worker, "_live", noted)
    worker_of(handle_signals=handle_signals).start()
    assert (given, handled) == ({"signals_handled": alone, "task_factory": None}, [alone])
    worker_of(handle_signals=handle_signals, durable=True).start()
    assert given["task_factory"] is counting_task

    @jumping
    async def check() -> None:
        worker = worker_of(handle_signals=handle_signals)
        before = signal.getsignal(signal.SIGTERM)
        running = asyncio.ensure_future(worker.aio_start())
        await until(1)
        assert (signal.getsignal(signal.SIGTERM) is not before) is in_program
        made[-1].ends.set()
        await running
        assert signal.getsignal(signal.SIGTERM) is before

    check()


async def test_a_worker_that_would_block_the_loop_is_refused() -> None:
    with pytest.raises(WorkerError) as refused:
        worker_of().start()
    assert str(refused.value) == "worker.start() would block the running event loop; await worker.aio_start() instead"


@pytest.mark.parametrize("forced", [True, False])
@pytest.mark.parametrize("is_main", [True, False])
def test_a_forced_worker_ends_its_process_in_the_main_thread_alone(
    monkeypatch: pytest.MonkeyPatch, forced: bool, is_main: bool
) -> None:
    told: list[str] = []

    class End:
        def __init__(self, io: object, still_running: object) -> None:
            assert still_running == worker._still_running
            assert io is worker.io

        def arm(self) -> None:
            told.append("armed")

        def disarm(self) -> None:
            told.append("disarmed")

        def when_main_thread_ends(self) -> None:
            told.append("ends")

    def live(on_forced: Callable[[], None]) -> None:
        worker._runtime = cast(Any, SimpleNamespace(forced=forced))
        on_forced()

    worker = worker_of()
    monkeypatch.setattr(worker_module, "ProcessEnd", End)
    monkeypatch.setattr(worker, "_run_on_own_loop", live)
    codes: list[object] = []

    def start() -> None:
        try:
            worker.start()
        except SystemExit as ended:
            codes.append(ended.code)

    if is_main:
        start()
        assert (told, codes) == (["armed", "disarmed", *["ends"] * forced], [1] * forced)
    else:
        thread = threading.Thread(target=start)
        thread.start()
        thread.join(20)
        assert (told, codes, worker._settled.is_set()) == ([], [], True)


def test_what_ends_a_worker_in_a_thread_is_raised_where_it_is_waited_for(
    made: list[Inside], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(on_forced: Callable[[], None]) -> None:
        raise WorkerError("it cannot start")

    worker = worker_of()
    monkeypatch.setattr(worker, "_run_on_own_loop", fails)
    with pytest.raises(WorkerError, match="it cannot start"):
        worker.start_in_background()
    for wait in (worker.wait, worker.wait_until_ready):
        with pytest.raises(WorkerError, match="it cannot start"):
            wait()
    assert worker.status is WorkerStatus.STOPPED

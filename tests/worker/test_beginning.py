"""A worker that is stopped, cancelled or refused before it listens: it ends at once, and nothing goes on."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import textwrap
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import closing

import pytest

from hatchet import Context, EmptyModel, Hatchet, LifespanSetupError, Worker, WorkerError, WorkerStatus
from tests.fakes.engine import FakeEngine, Step, token
from tests.forking import Programs
from tests.worker.conftest import wait_until

AT_ONCE = 4.0  # s, on a busy machine; calls have 5 s and more until they give up by themselves
SILENT = ["GetVersion", "PutWorkflow", "Register", "ListenV2"]


@pytest.fixture
def fake() -> Generator[FakeEngine]:
    with FakeEngine() as engine:
        engine.play()
        yield engine


def worker_of(hatchet: Hatchet, lifespan: Callable[[], AsyncGenerator[int]] | None = None) -> Worker:
    @hatchet.task(name="quick")
    async def quick(input: EmptyModel, ctx: Context) -> int:
        return 1

    return hatchet.worker("w", workflows=[quick], lifespan=lifespan)


def silent(engine: FakeEngine, method: str) -> None:
    """From now on the engine takes calls of a method, and does not answer."""
    engine.script.always(method, Step(never=True, acts=False))


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("method", SILENT)
def test_a_worker_that_waits_for_an_engine_which_does_not_answer_stops_at_once(
    fake: FakeEngine, method: str, force: bool
) -> None:
    silent(fake, method)
    with fake.client() as hatchet:
        worker = worker_of(hatchet)
        living = threading.Thread(target=worker.start)
        living.start()
        wait_until(lambda: fake.script.count(method) > 0, f"{method} to be called")
        began = time.monotonic()
        worker.stop(force=force)
        living.join(30)
        assert not living.is_alive()
        assert time.monotonic() - began < AT_ONCE
        assert worker.status is WorkerStatus.STOPPED


PROGRAM = """
    from hatchet import ClientConfig, ClientTLSConfig, Context, EmptyModel, Hatchet

    hatchet = Hatchet(ClientConfig(tls_config=ClientTLSConfig(strategy="none")))

    @hatchet.task(name="quick")
    async def quick(input: EmptyModel, ctx: Context) -> int:
        return 1

    hatchet.worker("w", workflows=[quick]).start()
    print("ended", flush=True)
"""


@pytest.mark.parametrize("method", SILENT)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_a_worker_that_waits_for_an_engine_which_does_not_answer(
    fake: FakeEngine, method: str, number: signal.Signals, programs: Programs
) -> None:
    silent(fake, method)
    config = fake.client().config
    settings = {
        "HATCHET_CLIENT_TOKEN": token(),
        "HATCHET_CLIENT_HOST_PORT": config.host_port,
        "HATCHET_CLIENT_SERVER_URL": config.server_url,
    }
    with closing(programs.start("-c", textwrap.dedent(PROGRAM), environment=settings)) as process:
        wait_until(lambda: fake.script.count(method) > 0, f"{method} to be called", 60)
        process.send_signal(number)
        said, complained = process.communicate(timeout=AT_ONCE * 3)
        assert process.wait(0) == 0, complained
    assert said == "ended\n"


@pytest.mark.parametrize("method", SILENT)
async def test_an_async_with_that_is_cancelled_while_the_worker_starts_leaves_none_running(
    fake: FakeEngine, method: str
) -> None:
    silent(fake, method)
    async with fake.client() as hatchet:
        worker = worker_of(hatchet)

        async def enter() -> None:
            async with worker:
                raise AssertionError("it listens to an engine that does not answer")

        entering = asyncio.create_task(enter())
        await asyncio.to_thread(wait_until, lambda: fake.script.count(method) > 0, f"{method} to be called")
        entering.cancel()
        async with asyncio.timeout(AT_ONCE):
            with pytest.raises(asyncio.CancelledError):
                await entering
        assert worker.status is WorkerStatus.STOPPED
        assert others() == []


async def test_an_async_with_of_a_worker_that_cannot_start_says_why_and_leaves_none_running(
    fake: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    fake.script.always("PutWorkflow", Step(status="INVALID_ARGUMENT", acts=False))
    async with fake.client() as hatchet:
        worker = worker_of(hatchet)
        with pytest.raises(WorkerError, match="cannot start"):
            async with worker:
                raise AssertionError("it was refused")
        assert worker.status is WorkerStatus.STOPPED
        assert others() == []
    assert "never retrieved" not in caplog.text


async def test_what_a_lifespan_opened_is_closed_when_the_start_is_given_up(fake: FakeEngine) -> None:
    silent(fake, "Register")
    said: list[str] = []

    async def lifespan() -> AsyncGenerator[int]:
        said.append("opened")
        yield 1
        said.append("closed")

    async with fake.client() as hatchet:
        worker = worker_of(hatchet, lifespan)
        entering = asyncio.create_task(worker.__aenter__())
        await asyncio.to_thread(wait_until, lambda: fake.script.count("Register") > 0, "the registration")
        entering.cancel()
        await asyncio.wait([entering], timeout=AT_ONCE)
        assert entering.cancelled()
    assert said == ["opened", "closed"]


async def test_a_lifespan_that_is_being_entered_is_cancelled_with_the_start(client: Callable[..., Hatchet]) -> None:
    entered, left = asyncio.Event(), asyncio.Event()

    async def lifespan() -> AsyncGenerator[int]:
        try:
            entered.set()
            await asyncio.sleep(600)
            yield 1
        finally:
            left.set()

    worker = worker_of(client(), lifespan)
    entering = asyncio.create_task(worker.__aenter__())
    await asyncio.wait_for(entered.wait(), 20)
    entering.cancel()
    await asyncio.wait([entering], timeout=AT_ONCE)
    assert entering.cancelled()
    assert left.is_set()
    assert worker.status is WorkerStatus.STOPPED


async def test_a_lifespan_that_will_not_end_is_given_up_and_nothing_else_is_left(
    client: Callable[..., Hatchet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hatchet.worker.worker.READY_TIMEOUT", 2.0)  # by then it has begun, however busy the machine
    monkeypatch.setattr("hatchet.worker.worker.FORCE_GRACE", 0.05)
    released = asyncio.Event()

    async def lifespan() -> AsyncGenerator[int]:
        while not released.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await released.wait()
        yield 1

    worker = worker_of(client(), lifespan)
    with pytest.raises(WorkerError, match=r"not ready within 2 s"):
        async with worker:
            raise AssertionError("it could not start")
    await asyncio.sleep(0)  # what is cancelled ends
    left = others()
    released.set()
    while others():
        await asyncio.sleep(0)
    assert left == ["worker w"]


async def test_a_lifespan_that_fails_leaves_no_worker_running(client: Callable[..., Hatchet]) -> None:
    async def lifespan() -> AsyncGenerator[int]:
        raise ZeroDivisionError
        yield 1

    worker = worker_of(client(), lifespan)
    with pytest.raises(LifespanSetupError):
        async with worker:
            raise AssertionError("it could not start")
    assert worker.status is WorkerStatus.STOPPED
    assert others() == []


def test_an_idle_worker_stops_in_about_a_second_though_rest_does_not_answer(fake: FakeEngine) -> None:
    for verb in ("GET", "PATCH", "POST", "PUT"):
        silent(fake, verb)
    with fake.client() as hatchet, worker_of(hatchet) as worker:
        began = time.monotonic()
        worker.stop()
        worker.wait()
        assert time.monotonic() - began < AT_ONCE, "a call over REST has 30 s"
        assert not worker.was_forced
        assert fake.world.farewell.is_set()


def others() -> list[str]:
    """Tasks on this loop besides the test's own."""
    return [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]


def test_a_worker_in_the_background_does_not_keep_the_program(fake: FakeEngine) -> None:
    with fake.client() as hatchet, worker_of(hatchet) as worker:
        [thread] = [each for each in threading.enumerate() if each.name == f"hatchet-worker {worker.name}"]
        assert thread.daemon
        assert repr(worker) == "Worker('w', HEALTHY, workflows=[quick])"
        with pytest.raises(WorkerError, match="worker 'w' was started before; make a new one"):
            worker.start_in_background()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("raised", [WorkerError("late"), KeyboardInterrupt()])
def test_a_worker_that_is_not_ready_in_time_is_forced(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, raised: BaseException
) -> None:
    with fake.client() as hatchet:
        worker = worker_of(hatchet)
        given: list[float] = []
        stopped: list[bool] = []
        stop = worker.stop

        def ready(timeout: float) -> None:
            given.append(timeout)
            raise raised

        def noted(*, force: bool = False) -> None:
            stopped.append(force)
            stop(force=force)

        monkeypatch.setattr(worker, "wait_until_ready", ready)
        monkeypatch.setattr(worker, "stop", noted)
        with pytest.raises(type(raised)):
            worker.start_in_background(timeout=3.5)
        assert (given, stopped) == ([3.5], [True])
        assert worker.status is WorkerStatus.STOPPED


def test_a_second_ctrl_c_at_the_end_of_a_block_forces(fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    with fake.client() as hatchet:
        worker = worker_of(hatchet)
        stopped: list[bool] = []
        waits = iter([KeyboardInterrupt(), None])
        stop, wait = worker.stop, worker.wait

        def noted(*, force: bool = False) -> None:
            stopped.append(force)
            stop(force=force)

        def waited() -> None:
            if (raised := next(waits)) is not None:
                raise raised
            wait()

        monkeypatch.setattr(worker, "stop", noted)
        monkeypatch.setattr(worker, "wait", waited)
        with pytest.raises(KeyboardInterrupt), worker:
            pass
        assert stopped == [False, True]
        assert worker.status is WorkerStatus.STOPPED

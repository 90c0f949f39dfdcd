"""The end of a client: what it has open goes, whether it is closed or dropped, and what comes later is told so."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from hatchet import ClientClosed, ClientConfig, Context, EmptyModel, Hatchet, WorkerStatus
from hatchet.engine import EmbeddedEngine, running
from hatchet.transport.io_loop import shared_io_loop
from hatchet.worker import runtime
from tests.reach import config_of
from tests.worker.conftest import wait_until

ROOT = Path(__file__).parents[2]
MANY = 50


@pytest.fixture(params=["over gRPC", "in the process"])
def connect(request: pytest.FixtureRequest) -> Generator[Callable[[], Hatchet], None, None]:
    """Make clients of one engine, by each way to it."""
    if request.param == "over gRPC":
        io = shared_io_loop()
        engine = EmbeddedEngine()
        endpoint = io.block(engine.start())
        yield lambda: Hatchet(config_of(endpoint))
        io.block(engine.stop())
        return
    first = Hatchet.from_embedded(None)
    yield lambda: Hatchet(first.config)
    first.close()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def waits_of(hatchet: Hatchet) -> int:
    """Runs whose end somebody waits for in a client."""

    async def ask() -> int:
        return hatchet.gateway.waits

    return hatchet.io.block(ask())


def background() -> Counter[str]:
    """What runs on the I/O loop."""
    return Counter(str(task.get_coro()).split(" at ")[0] for task in asyncio.all_tasks(shared_io_loop().loop))


def gone(references: list[weakref.ref[object]]) -> bool:
    """Whether nothing is left of some objects; errors hold the frames that they came through, in circles."""
    if any(reference() for reference in references):
        gc.collect()
    return not any(reference() for reference in references)


def test_a_closed_client_refuses_every_call_and_is_closed_as_often_as_one_likes(connect: Callable[[], Hatchet]) -> None:
    with connect() as hatchet:

        @hatchet.task()
        async def quick(input: EmptyModel, ctx: Context) -> int:
            return 1

        with hatchet.worker("w", workflows=[quick]):
            ref = quick.run_no_wait()
            assert ref.result() == 1
        assert hatchet.workers.list().rows
    events = ref.stream()
    calls: list[Callable[[], object]] = [
        hatchet.get_engine_version,
        hatchet.workers.list,
        lambda: list(hatchet.runs.iterate()),
        quick.run,
        quick.run_no_wait,
        lambda: quick.run_many([quick.create_bulk_run_item()]),
        lambda: hatchet.event.push("key", {}),
        ref.result,
        ref.cancel,
        lambda: next(iter(events)),
        hatchet.worker("late", workflows=[quick]).start_in_background,
        hatchet.__enter__,
    ]
    for call in calls:
        with pytest.raises(ClientClosed, match="this client was closed"):
            call()
    hatchet.close()
    asyncio.run(hatchet.aio_close())
    closers = [threading.Thread(target=hatchet.close) for _ in range(4)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join(10)
        assert not closer.is_alive()


async def test_async_with_closes_as_with_does(connect: Callable[[], Hatchet]) -> None:
    async with connect() as hatchet:
        assert await hatchet.aio_get_engine_version()
    with pytest.raises(ClientClosed):
        await hatchet.aio_get_engine_version()
    with pytest.raises(ClientClosed):
        async with hatchet:
            pass


def test_an_error_in_the_block_is_the_one_that_comes_out(connect: Callable[[], Hatchet]) -> None:
    hatchet = connect()
    hatchet.get_engine_version()
    with pytest.raises(ZeroDivisionError), hatchet:
        raise ZeroDivisionError
    with pytest.raises(ClientClosed):
        hatchet.get_engine_version()


async def test_what_waits_in_a_client_ends_when_it_is_closed_and_leaves_no_task_behind(
    connect: Callable[[], Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    other, hatchet = connect(), connect()
    began: list[str] = []

    @other.task(name="never")
    async def never(input: EmptyModel, ctx: Context) -> None:
        began.append(ctx.workflow_run_id)
        await asyncio.sleep(600)

    async with other.worker("w", workflows=[never], drain_timeout=0):
        ids = [each.workflow_run_id for each in await never.aio_run_many_no_wait([never.create_bulk_run_item()] * 20)]
        await asyncio.to_thread(wait_until, lambda: len(set(began)) == 20, "all to run")
        before = background()
        refs = [hatchet.runs.get_run_ref(run_id) for run_id in ids]

        async def first_event(index: int) -> object:
            return await anext(aiter(refs[index].stream()))

        waits: list[asyncio.Future[object]] = [asyncio.ensure_future(ref.aio_result()) for ref in refs]
        waits += [asyncio.ensure_future(first_event(index)) for index in range(3)]
        await asyncio.to_thread(wait_until, lambda: waits_of(hatchet) >= 20, "the waits")
        await hatchet.aio_close()
        async with asyncio.timeout(5):
            found = await asyncio.gather(*waits, return_exceptions=True)
        assert [type(each) for each in found] == [ClientClosed] * len(waits)
        await asyncio.to_thread(wait_until, lambda: background() <= before, lambda: f"{background() - before} to end")
    await other.aio_close()
    assert sorted(began) == sorted(ids)
    assert "never retrieved" not in caplog.text
    assert "failed" not in caplog.text


def test_workers_of_a_closed_client_have_a_moment_to_drain(
    connect: Callable[[], Hatchet], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "EXIT_LIMIT", 1.0)
    other, hatchet = connect(), connect()
    began = threading.Barrier(3)

    @hatchet.task()
    def short(input: EmptyModel, ctx: Context) -> str:
        began.wait(20)
        time.sleep(0.2)
        return "done"

    @hatchet.task()
    async def long(input: EmptyModel, ctx: Context) -> None:
        await asyncio.to_thread(began.wait, 20)
        await asyncio.sleep(600)

    worker = hatchet.worker("w", workflows=[short, long])
    worker.start_in_background()
    done = other.runs.get_run_ref(short.run_no_wait().workflow_run_id)
    left = long.run_no_wait().workflow_run_id
    began.wait(20)
    hatchet.close()
    worker.wait()
    assert worker.status is WorkerStatus.STOPPED
    assert worker.was_forced
    assert done.result(timeout=10)["short"] == "done"
    assert f"leaves to other workers: {left}" in caplog.text
    other.close()


async def test_a_task_may_close_the_client_of_its_own_worker(connect: Callable[[], Hatchet]) -> None:
    hatchet = connect()
    ended = asyncio.Event()

    @hatchet.task()
    async def last(input: EmptyModel, ctx: Context) -> None:
        try:
            await hatchet.aio_close()
        finally:
            ended.set()

    worker = hatchet.worker("w", workflows=[last])
    async with asyncio.timeout(20):
        async with worker:
            await last.aio_run_no_wait()
            await ended.wait()
        assert worker.status is WorkerStatus.STOPPED


@pytest.mark.parametrize("way", ["closed", "dropped", "dropped after runs"])
def test_many_clients_leave_nothing(connect: Callable[[], Hatchet], way: str) -> None:
    keeper = connect()

    @keeper.task(name="quick")
    async def quick(input: EmptyModel, ctx: Context) -> int:
        return 1

    def use() -> list[weakref.ref[object]]:
        hatchet = connect()
        hatchet.get_engine_version()
        hatchet.workers.list()
        if way == "dropped after runs":
            assert hatchet.stubs.task(name="quick", output_validator=int).run() == 1
        if way == "closed":
            hatchet.close()
        return [weakref.ref(hatchet), weakref.ref(hatchet.gateway), weakref.ref(hatchet.io)]

    with keeper.worker("w", workflows=[quick]):
        io = shared_io_loop()
        tasks, kept = background(), len(io._closing)
        first = use()  # what is loaded and opened once in a process is there now

        def first_has_ended() -> bool:
            # An object is gone a moment before all that ends with it.
            return gone(first) and background() <= tasks and len(io._closing) <= kept

        wait_until(first_has_ended, "the first to have ended")
        files = open_files()
        left = [reference for _ in range(MANY) for reference in use()]
        if way == "dropped":
            assert len([each for each in left if each() is not None]) <= 3, "none waits for the garbage collector"
        wait_until(lambda: gone(left), "all to be gone")
        # Over gRPC the engine of this test has the other ends: they close a moment later.
        wait_until(lambda: open_files() <= files, "files to be closed")
        wait_until(lambda: background() <= tasks, "tasks to end")
        wait_until(lambda: len(io._closing) <= kept, "nothing to be left for the end of the program")
    keeper.close()


def test_a_reference_to_a_run_outlives_its_client(connect: Callable[[], Hatchet]) -> None:
    keeper = connect()
    release = threading.Event()

    @keeper.task(name="slow")
    def slow(input: EmptyModel, ctx: Context) -> int:
        release.wait(20)
        return 7

    with keeper.worker("w", workflows=[slow]):
        client = connect()
        ref = client.runs.get_run_ref(client.stubs.task(name="slow").run_no_wait().workflow_run_id)
        dropped = weakref.ref(client)
        del client
        gc.collect()
        release.set()
        assert dropped() is None
        assert ref.result(timeout=20)["slow"] == 7
    keeper.close()


# -- an embedded engine


def test_an_engine_stops_with_the_last_client_that_is_closed(tmp_path: Path) -> None:
    first = Hatchet.from_embedded(tmp_path)
    second = Hatchet.from_embedded(tmp_path)
    third = Hatchet(ClientConfig(embedded=str(tmp_path)))
    first.get_engine_version()
    wait_until(lambda: running(tmp_path) is not None, "the folder to be served")
    first.close()
    first.close()
    assert second.get_engine_version(), "the one that started it does not take it away from the others"
    second.close()
    assert third.get_engine_version()
    third.close()
    assert running(tmp_path) is None
    with Hatchet.from_embedded(tmp_path) as again:
        assert again.tenant_id == first.tenant_id
    assert running(tmp_path) is None


def test_an_engine_stops_with_the_last_client_that_is_dropped(tmp_path: Path) -> None:
    first = Hatchet.from_embedded(tmp_path)
    second = Hatchet.from_embedded(tmp_path)
    first.get_engine_version()
    wait_until(lambda: running(tmp_path) is not None, "the folder to be served")
    del first
    gc.collect()
    assert second.get_engine_version()
    second.close()
    assert running(tmp_path) is None
    files = open_files()
    for _ in range(10):
        Hatchet.from_embedded(None).get_engine_version()
    Hatchet.from_embedded(tmp_path).get_engine_version()
    gc.collect()
    wait_until(lambda: running(tmp_path) is None and open_files() <= files, "the engines to stop")


def test_stopping_an_engine_and_closing_its_client_are_two_calls_in_any_order() -> None:
    for first, second in (("stop_embedded", "close"), ("close", "stop_embedded")):
        hatchet = Hatchet.from_embedded(None)
        hatchet.get_engine_version()
        getattr(hatchet, first)()
        getattr(hatchet, second)()


def test_a_program_that_closes_nothing_ends_quietly() -> None:
    program = """
        import asyncio
        import threading
        from hatchet import Context, EmptyModel, Hatchet

        hatchet = Hatchet.from_embedded(None)

        @hatchet.task()
        def never(input: EmptyModel, ctx: Context) -> None:
            threading.Event().wait()

        hatchet.worker("w", workflows=[never], drain_timeout=0).start_in_background()
        ref = never.run_no_wait()

        def wait():
            try:
                ref.result()
            except Exception as error:
                print(type(error).__name__)

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()

        async def waits():
            while not hatchet.gateway.waits:
                await asyncio.sleep(0)

        hatchet.io.block(waits())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "never retrieved" not in done.stderr
